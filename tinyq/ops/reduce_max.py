"""REDUCE_MAX: the largest number along any axes.

Source: TFLite kernels/reduce.cc and kernels/internal/reference/reduce.h, ReduceGeneric.
"""

from tinyq.ops.extreme import Extreme

OPERATOR = Extreme("largest", ">")
