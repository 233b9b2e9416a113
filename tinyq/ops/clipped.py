"""What the RELU family shares: x between two bounds, rescaled to the output."""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.affine import round_half_away
from tinyq.numerics.fixed_point import Int64, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import Call
from tinyq.ops.checks import require_multiplier
from tinyq.ops.unary import QuantizedUnary


class Clipped(QuantizedUnary[Options]):
    """x between `low` and `high`; None is no bound."""

    def __init__(self, low: float, high: float | None) -> None:
        self.low, self.high = low, high

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        if call.input.dtype == "int8":
            require_multiplier(call, _ratio(call))

    def real(self, options: Options, x: Array) -> Array:
        return np.clip(x, np.float32(self.low), None if self.high is None else np.float32(self.high))

    def integers(self, call: Call[Options], q: Int64) -> Array:
        scaling, zero_point = quantize_multiplier(_ratio(call)), call.output.zero_point
        scaled = multiply_by_quantized_multiplier(q - call.input.zero_point, *scaling)
        return (
            np.clip(scaled, _quantized(call, self.low), None if self.high is None else _quantized(call, self.high))
            + zero_point
        )


def _ratio(call: Call[Options]) -> float:
    """The multiplier from input to output, which the oracle divides in float32."""
    return float(np.float32(call.input.scale) / np.float32(call.output.scale))


def _quantized(call: Call[Options], real: float) -> int:
    return int(round_half_away(np.asarray(real, np.float32) / np.float32(call.output.scale)))
