"""DEPTHWISE_CONV_2D, 3x3 with stride 1, with a routine for every size, for where speed counts most."""

from tinyq.kernels.dsp.depthwise_3x3_in_place import Depthwise3x3InPlace

IMPLEMENTATION = Depthwise3x3InPlace(many_outputs=0, only_for="speed")
