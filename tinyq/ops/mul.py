"""MUL: product of two tensors, of different scales in int8, with broadcasting; either may be a constant.

Source: TFLite kernels/internal/reference/integer_ops/mul.h; TFLM kernels/mul_common.cc.
"""

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.fixed_point import Int64, quantize_multiplier
from tinyq.ops.arithmetic import Arithmetic, ArithmeticOptions, Scaling
from tinyq.ops.base import Call
from tinyq.ops.checks import require_multiplier


class Mul(Arithmetic):
    """The product of the operands less their zero points is scaled once."""

    def check(self, call: Call[ArithmeticOptions]) -> None:
        super().check(call)
        if call.output.dtype == "int8":
            require_multiplier(call, _ratio(call))

    def scalings(self, call: Call[ArithmeticOptions]) -> tuple[Scaling, Scaling, Scaling]:
        first, second, output = call.tensor(0), call.tensor(1), call.output
        scaled = Scaling(output.zero_point, *quantize_multiplier(_ratio(call)))
        return Scaling(first.zero_point), Scaling(second.zero_point), scaled

    def quantized(self, call: Call[ArithmeticOptions], first: Array, second: Array) -> Int64:
        factors = [
            operand.astype(np.int64) - tensor.zero_point
            for operand, tensor in ((first, call.tensor(0)), (second, call.tensor(1)))
        ]
        return self.scalings(call)[2].result(factors[0] * factors[1])

    def plain(self, first: Array, second: Array) -> Array:
        return np.asarray(first * second)


def _ratio(call: Call[ArithmeticOptions]) -> float:
    return call.tensor(0).scale * call.tensor(1).scale / call.output.scale


OPERATOR = Mul()
