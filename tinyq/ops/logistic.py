"""LOGISTIC: 1 / (1 + exp(-x)) in gemmlowp's fixed point; of int16 by straight lines.

Source: TFLite kernels/internal/reference/integer_ops/logistic.h; TFLM kernels/logistic_common.cc.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics import exponential
from tinyq.numerics.exponential16 import logistic_q15
from tinyq.numerics.fixed_point import Int64, rounding_divide_by_pot
from tinyq.numerics.real import rounded
from tinyq.numerics.sigmoid16 import logistic16
from tinyq.ops.base import Call
from tinyq.ops.sigmoid import Sigmoid


class Logistic(Sigmoid):
    """The output's scale is 1 / 256, or 1 / 32768."""

    scale, zero_point = 1 / 256, -128
    polynomial = "logistic_q15"
    function, left_shifts = "logistic16", (0,)

    def real(self, options: Options, x: Array) -> Array:
        return rounded(logistic, x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_logistic(a)"

    def from_q4(self, q4: Int64) -> Int64:
        return rounding_divide_by_pot(exponential.logistic(q4), 23) - 128

    def from_q3(self, q3: Int64) -> Int64:
        return logistic_q15(q3)

    def from_thirds(self, x: Int64) -> Int64:
        return logistic16(x)

    def xnnpack(self, call: Call[Options], q: Int64) -> Array:
        return self.rounded_to_even(call, q)


def logistic(x: float) -> float:
    """The function in double precision, which rounds to the right float32."""
    if abs(x) < 2.0**-12:  # 1/2 + x/4 - x**3/48, whose last part is lost in double precision
        return math.nextafter(0.5 + x / 4, 0.5)
    return 1.0 / (1.0 + math.exp(-x)) if x > 0 else math.exp(x) / (1.0 + math.exp(x))


OPERATOR = Logistic()
