"""MINIMUM: the smaller of two tensors, with broadcasting; either may be a constant.

Source: TFLite kernels/internal/reference/maximum_minimum.h.
"""

import numpy as np

from tinyq.ops.extremum import Extremum

OPERATOR = Extremum(np.minimum, "<")
