"""CONV_2D with a kernel of one pixel, over the smallest slabs: for where RAM counts most."""

from tinyq.kernels.dsp.pointwise_conv_2d import PointwiseConv2D

IMPLEMENTATION = PointwiseConv2D(slab_bytes=0)
