"""ELU: x, and exp(x) - 1 below 0.

Source: TFLM kernels/elu.cc for int8; the float32 form (TFLite kernels/internal/reference/elu.h) uses expm1.
"""

import math

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.fixed_point import Int64
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.unary import FromReal


class Elu(FromReal[Options]):
    """With alpha 1, as the converter writes every ELU."""

    def real(self, options: Options, x: Array) -> Array:
        return np.where(x < 0, rounded(math.expm1, x), x)

    def formula(self, call: Call[Options]) -> str:
        return "a < 0.0f ? tinyq_exp_minus_one(a) : a"

    def xnnpack(self, call: Call[Options], q: Int64) -> Array:
        return self.rounded_to_even(call, q)


OPERATOR = Elu()
