"""CONV_2D with a kernel of one pixel, by routines for any number of channels: for where flash counts most."""

from tinyq.kernels.dsp._pointwise_plan import SLAB_BYTES
from tinyq.kernels.dsp.pointwise_conv_2d import PointwiseConv2D

IMPLEMENTATION = PointwiseConv2D(SLAB_BYTES, only_for="size")
