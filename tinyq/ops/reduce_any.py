"""REDUCE_ANY: whether any bool along any axes is true.

Source: TFLite kernels/reduce.cc and kernels/internal/reference/reduce.h, ReduceGeneric.
"""

from tinyq.ops.extreme import Extreme

OPERATOR = Extreme("disjunction", ">", of_bool=True)
