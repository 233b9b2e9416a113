"""CONV_2D over the inputs that a single pixel sees: half the room of a patch for two, at twice the cycles."""

from tinyq.kernels.dsp.conv_2d_patch import Conv2DPatch

IMPLEMENTATION = Conv2DPatch(pixels=1)
