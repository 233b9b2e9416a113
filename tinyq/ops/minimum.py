"""MINIMUM: the smaller of two tensors, with broadcasting; either may be a constant.

Source: TFLite kernels/internal/reference/maximum_minimum.h.
"""

from tinyq.numerics.float32 import smaller
from tinyq.ops.extremum import Extremum

OPERATOR = Extremum(smaller, "<")
