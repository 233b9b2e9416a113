"""What the RELU family shares: x between two bounds, rescaled to the output."""

from typing import ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options
from tinyq.numerics.affine import round_half_away
from tinyq.numerics.float32 import c_float, clamp
from tinyq.ops.base import Call
from tinyq.ops.slopes import Slopes, TwoSlopes, scale_ratio


class Clipped(TwoSlopes[Options]):
    """x between `low` and `high`; None is no bound."""

    def __init__(self, low: float, high: float | None) -> None:
        self.low, self.high = low, high

    def real(self, options: Options, x: Array) -> Array:
        return clamp(x, self.low, np.inf if self.high is None else self.high)

    def formula(self, call: Call[Options]) -> str:
        low = c_float(self.low)
        return f"tinyq_at_least(a, {low})" if self.high is None else f"tinyq_between(a, {low}, {c_float(self.high)})"

    def slopes(self, call: Call[Options]) -> Slopes:
        source, target = call.input.scale, call.output.scale
        # tflite-micro, the oracle of RELU, divides in double precision, BUILTIN_REF in float32.
        ratio = scale_ratio(call) if self.high is None else float(np.float32(source) / np.float32(target))
        high = None if self.high is None else _quantized(call, self.high)
        return Slopes(ratio, ratio, low=_quantized(call, self.low), high=high)


class ClippedInt8(Clipped):
    """A function of this family that no interpreter has in int16."""

    dtypes: ClassVar[tuple[DType, ...]] = ("int8", "float32")


def _quantized(call: Call[Options], real: float) -> int:
    return int(round_half_away(np.asarray(real, np.float32) / np.float32(call.output.scale)))
