"""CONV_2D with int4 weights: the routine of kernels/dsp/_int4.py is C and needs no DSP extension."""

from tinyq.kernels.dsp.int4_conv_2d import Int4Conv2D

IMPLEMENTATION = Int4Conv2D(cycles_of_16=85)
