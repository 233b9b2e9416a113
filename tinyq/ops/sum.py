"""SUM: int8 or int16 sum over any axes. The oracle is tflite-micro; BUILTIN_REF is off by up to 128.

Source: TFLite kernels/internal/reference/reduce.h, QuantizedMeanOrSum; TFLM kernels/reduce_common.cc. In the profile
xnnpack that of int16 too is scaled in float32, but its ties go away from zero.
"""

import numpy as np

from tinyq.numerics.fixed_point import quantize_multiplier
from tinyq.ops.base import Call
from tinyq.ops.mean import Mean
from tinyq.ops.reduce import ReduceOptions


class Sum(Mean):
    """As a mean that is not divided by the count."""

    what = "sum"
    scales_int16_in_float = True

    def float_scale(self, call: Call[ReduceOptions]) -> float:
        return float(np.float32(call.input.scale) / np.float32(call.output.scale))

    def scaling(self, call: Call[ReduceOptions]) -> tuple[int, int]:
        """Multiplier and shift of `input scale / output scale`."""
        return quantize_multiplier(call.input.scale / call.output.scale)


OPERATOR = Sum()
