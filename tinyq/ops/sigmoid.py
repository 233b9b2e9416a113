"""What LOGISTIC and TANH share: an input in Q4.27, saturated where it leaves that format."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinyq.numerics.fixed_point import Int64, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import Call

INTEGER_BITS = 4
LEAST_SCALE = 2.0**-28  # below it the oracle's shift for the input leaves its range


def in_q4(call: Call[Any], q: Int64, function: Callable[[Int64], Int64]) -> Int64:
    """`function` of the inputs `q` in Q4.27; beyond the radius that format holds, the least or greatest int8.

    Source of the radius: TFLite kernels/internal/quantization_util.cc, CalculateInputRadius.
    """
    multiplier, shift = _scaling(call)
    x = q - call.input.zero_point
    radius = ((2**INTEGER_BITS - 1) << (31 - INTEGER_BITS)) / 2.0**shift
    inside = np.abs(x) < np.floor(radius)
    answers = function(multiply_by_quantized_multiplier(np.where(inside, x, 0), multiplier, shift))
    return np.where(inside, answers, np.where(x > 0, 127, -128))


def check_sigmoid(call: Call[Any], scale: float, zero_point: int) -> None:
    """Refuse an output that is not quantized as every converter quantizes this function's."""
    if call.output.quantization is None:
        return
    if (call.output.scale, call.output.zero_point) != (scale, zero_point):
        call.refuse(
            f"output scale {call.output.scale:.9g}, zero point {call.output.zero_point}",
            f"scale 1/{1 / scale:g}, zero point {zero_point}, as every converter gives it",
        )
    if call.input.scale < LEAST_SCALE:
        call.refuse(f"an input scale of {call.input.scale:g}", "2**-28 and more")


def _scaling(call: Call[Any]) -> tuple[int, int]:
    return quantize_multiplier(call.input.scale * 2.0 ** (31 - INTEGER_BITS))
