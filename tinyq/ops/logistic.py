"""LOGISTIC: 1 / (1 + exp(-x)) in gemmlowp's fixed point.

Source: TFLite kernels/internal/reference/integer_ops/logistic.h; TFLM kernels/logistic_common.cc.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics import exponential
from tinyq.numerics.fixed_point import Int64, rounding_divide_by_pot
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.sigmoid import check_sigmoid, in_q4
from tinyq.ops.unary import QuantizedUnary


class Logistic(QuantizedUnary[Options]):
    """Of an input of any scale; the output's scale is 1 / 256."""

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        check_sigmoid(call, scale=1 / 256, zero_point=-128)

    def real(self, options: Options, x: Array) -> Array:
        return rounded(_logistic, x)

    def integers(self, call: Call[Options], q: Int64) -> Array:
        return in_q4(call, q, lambda q4: rounding_divide_by_pot(exponential.logistic(q4), 23) - 128)

    def xnnpack(self, call: Call[Options], q: Int64) -> Array:
        return self.rounded_to_even(call, q)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x > 0 else math.exp(x) / (1.0 + math.exp(x))


OPERATOR = Logistic()
