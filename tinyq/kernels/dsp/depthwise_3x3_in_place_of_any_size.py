"""DEPTHWISE_CONV_2D, 3x3 with stride 1, by the routine for all sizes: for where flash counts most."""

import math

from tinyq.kernels.dsp.depthwise_3x3_in_place import Depthwise3x3InPlace

IMPLEMENTATION = Depthwise3x3InPlace(many_outputs=math.inf, only_for="size")
