"""DIV: quotient of two tensors of different scales, with broadcasting.

Source: TFLite kernels/internal/reference/div.h, DivElementwise; kernels/internal/common.h, GetReciprocal. What that
leaves undefined has an answer here: a divisor of 0 counts as the smallest above it, a shift beyond 31 bits leaves 0.
"""

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.exponential import reciprocal
from tinyq.numerics.fixed_point import (
    Int64,
    quantize_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
)
from tinyq.ops.arithmetic import Arithmetic, ArithmeticOptions, Scaling
from tinyq.ops.base import Call

LARGEST_SHIFT = 23  # the dividend is raised by at least so many bits


class Div(Arithmetic):
    """Times the reciprocal, with as many bits as fit."""

    plain_formula = "a / b"

    dtypes = ("int8", "float32")

    def check(self, call: Call[ArithmeticOptions]) -> None:
        super().check(call)
        if call.output.dtype == "int8" and self.scalings(call)[2].shift > LARGEST_SHIFT:
            call.refuse(
                f"an output scale of {call.output.scale:g} for {call.tensor(0).scale:g} divided by "
                f"{call.tensor(1).scale:g}",
                f"an output scale less than 2**{LARGEST_SHIFT} times finer than their quotient",
                "the calibration data leave this layer's output almost constant: check them",
            )

    def scalings(self, call: Call[ArithmeticOptions]) -> tuple[Scaling, Scaling, Scaling]:
        first, second, output = call.tensor(0), call.tensor(1), call.output
        # The oracle divides in float32.
        ratio = np.float32(first.scale) / (np.float32(second.scale) * np.float32(output.scale))
        scaled = Scaling(output.zero_point, *quantize_multiplier(float(ratio)))
        return Scaling(first.zero_point), Scaling(second.zero_point), scaled

    def quantized(self, call: Call[ArithmeticOptions], first: Array, second: Array) -> Int64:
        dividend = first.astype(np.int64) - call.tensor(0).zero_point
        divisor = second.astype(np.int64) - call.tensor(1).zero_point
        inverse, bits = reciprocal(np.maximum(np.abs(divisor), 1), 31)
        dividend = np.where(divisor < 0, -dividend, dividend)
        headroom = 31 - _bits(np.where(dividend < 0, ~dividend, dividend))
        quotient = saturating_rounding_doubling_high_mul(dividend << headroom, inverse)
        output = self.scalings(call)[2]
        shift = headroom + bits - output.shift
        scaled = saturating_rounding_doubling_high_mul(quotient, output.multiplier)
        return np.where(shift > 31, 0, rounding_divide_by_pot(scaled, np.minimum(shift, 31))) + output.zero_point

    def plain(self, first: Array, second: Array) -> Array:
        return np.asarray(first / second)


def _bits(x: Int64) -> Int64:
    """How many bits numbers from 0 to 2**31 need."""
    return np.ceil(np.log2(x.astype(np.float64) + 1)).astype(np.int64)


OPERATOR = Div()
