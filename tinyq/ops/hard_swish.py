"""HARD_SWISH: x * relu6(x + 3) / 6 in 16-bit fixed point.

Source: TFLite kernels/internal/reference/hard_swish.h; TFLM kernels/hard_swish_common.cc.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.fixed_point import Int64, quantize_multiplier, rounding_divide_by_pot
from tinyq.numerics.float32 import clamp
from tinyq.ops.base import Call
from tinyq.ops.unary import QuantizedUnary

HIGH_RESOLUTION_BITS = 7
INT16_MAX = 2**15 - 1


class HardSwish(QuantizedUnary[Options]):
    """The factor relu6(x + 3) / 6 is a 16-bit number of its own."""

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        if call.input.dtype == "int8" and _scalings(call)[0][1] > 0:
            call.refuse(
                f"an output scale of {call.output.scale:g} for an input scale of {call.input.scale:g}",
                f"an output scale of at least {call.input.scale / 2**HIGH_RESOLUTION_BITS:g}",
                "the calibration data leave this layer's output almost constant: check them",
            )

    def real(self, options: Options, x: Array) -> Array:
        return x * clamp(x + np.float32(3), 0.0, 6.0) / np.float32(6)

    def formula(self, call: Call[Options]) -> str:
        return "a * tinyq_between(a + 3.0f, 0.0f, 6.0f) / 6.0f"

    def integers(self, call: Call[Options], q: Int64) -> Array:
        (output_multiplier, output_shift), (factor_multiplier, factor_shift) = _scalings(call)
        x = (q - call.input.zero_point) << HIGH_RESOLUTION_BITS
        factor = x if factor_shift <= 0 else _saturated(x << (factor_shift - 1))
        factor = _rounding_high_mul(factor, factor_multiplier)
        factor = _saturated(factor << 1) if factor_shift > 0 else rounding_divide_by_pot(factor, -factor_shift)
        factor = (factor + 2**15) >> 1  # from [-1, 1] to [0, 1]
        product = factor * _rounding_high_mul(x, output_multiplier)
        towards_zero = np.sign(product) * (np.abs(product) >> 15)
        return rounding_divide_by_pot(towards_zero, -output_shift) + call.output.zero_point


def _rounding_high_mul(a: Int64, b: int) -> Int64:
    return (a * b + 2**14) >> 15


def _saturated(x: Int64) -> Int64:
    return np.clip(x, -(2**15), INT16_MAX)


def _scalings(call: Call[Options]) -> tuple[tuple[int, int], tuple[int, int]]:
    """16-bit multiplier and shift of the output, and of the factor, whose real value 3 is 2**15."""
    fine = np.float32(1 / 128) * np.float32(call.input.scale)
    three = np.float32(3.0 / 32768.0)
    return _in_16_bits(float(fine / np.float32(call.output.scale))), _in_16_bits(float(fine / three))


def _in_16_bits(real: float) -> tuple[int, int]:
    multiplier, shift = quantize_multiplier(real)
    return min((multiplier + 2**15) >> 16, INT16_MAX), shift


OPERATOR = HardSwish()
