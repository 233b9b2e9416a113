"""ABS: magnitude.

Source: TFLM kernels/elementwise.cc, AbsEvalQuantized.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.fixed_point import Int64, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import Call
from tinyq.ops.checks import require_multiplier
from tinyq.ops.unary import QuantizedUnary


class Abs(QuantizedUnary[Options]):
    """To any output scale."""

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        if call.input.dtype == "int8":
            require_multiplier(call, call.input.scale / call.output.scale)

    def real(self, options: Options, x: Array) -> Array:
        return np.abs(x)

    def integers(self, call: Call[Options], q: Int64) -> Array:
        scaling = quantize_multiplier(call.input.scale / call.output.scale)
        return multiply_by_quantized_multiplier(np.abs(q - call.input.zero_point), *scaling) + call.output.zero_point


OPERATOR = Abs()
