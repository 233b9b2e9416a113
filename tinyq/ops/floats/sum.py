"""SUM in float32, in the order of the elements.

Source: TFLite kernels/internal/reference/reduce.h, ReduceGeneric.
"""

from tinyq.ops.floats.mean import FloatMean

OPERATOR = FloatMean("sum", divides=False)
