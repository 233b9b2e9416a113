"""CONV_2D with a kernel of one pixel, over large slabs, for where speed counts most."""

from tinyq.kernels.dsp.pointwise_conv_2d import PointwiseConv2D

IMPLEMENTATION = PointwiseConv2D(slab_bytes=10_000, only_for="speed")
