"""FULLY_CONNECTED with int4 weights: the routine of kernels/dsp/_int4.py is C and needs no DSP extension."""

from tinyq.kernels.dsp.int4_fully_connected import Int4FullyConnected

IMPLEMENTATION = Int4FullyConnected(cycles_of_16=85)
