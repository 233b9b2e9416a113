"""TANH: hyperbolic tangent in gemmlowp's fixed point; of int16 by straight lines.

Source: TFLite kernels/internal/reference/integer_ops/tanh.h; TFLM kernels/tanh.cc.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics import exponential
from tinyq.numerics.exponential16 import tanh_q15
from tinyq.numerics.fixed_point import Int64, rounding_divide_by_pot
from tinyq.numerics.real import rounded
from tinyq.numerics.sigmoid16 import tanh16
from tinyq.ops.base import Call
from tinyq.ops.sigmoid import Sigmoid


class Tanh(Sigmoid):
    """The output's scale is 1 / 128, or 1 / 32768."""

    scale, zero_point = 1 / 128, 0
    polynomial = "tanh_q15"
    function, left_shifts = "tanh16", (0, 1)

    def real(self, options: Options, x: Array) -> Array:
        return rounded(math.tanh, x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_tanh(a)"

    def from_q4(self, q4: Int64) -> Int64:
        return rounding_divide_by_pot(exponential.tanh(q4), 24)

    def from_q3(self, q3: Int64) -> Int64:
        return tanh_q15(q3)

    def from_thirds(self, x: Int64) -> Int64:
        return tanh16(x)

    def xnnpack(self, call: Call[Options], q: Int64) -> Array:
        return self.rounded_to_even(call, q)


OPERATOR = Tanh()
