"""TANH: hyperbolic tangent in gemmlowp's fixed point.

Source: TFLite kernels/internal/reference/integer_ops/tanh.h; TFLM kernels/tanh_common.cc.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics import exponential
from tinyq.numerics.fixed_point import Int64, rounding_divide_by_pot
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.sigmoid import check_sigmoid, in_q4
from tinyq.ops.unary import QuantizedUnary


class Tanh(QuantizedUnary[Options]):
    """Of an input of any scale; the output's scale is 1 / 128."""

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        check_sigmoid(call, scale=1 / 128, zero_point=0)

    def real(self, options: Options, x: Array) -> Array:
        return rounded(math.tanh, x)

    def integers(self, call: Call[Options], q: Int64) -> Array:
        return in_q4(call, q, lambda q4: rounding_divide_by_pot(exponential.tanh(q4), 24))

    def xnnpack(self, call: Call[Options], q: Int64) -> Array:
        return self.rounded_to_even(call, q)


OPERATOR = Tanh()
