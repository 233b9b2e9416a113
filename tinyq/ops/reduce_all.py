"""REDUCE_ALL: whether all bools along any axes are true.

Source: TFLite kernels/reduce.cc and kernels/internal/reference/reduce.h, ReduceGeneric.
"""

from tinyq.ops.extreme import Extreme

OPERATOR = Extreme("conjunction", "<", of_bool=True)
