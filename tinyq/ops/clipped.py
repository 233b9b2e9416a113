"""What the RELU family shares: x between two bounds, rescaled to the output."""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.affine import round_half_away
from tinyq.ops.base import Call
from tinyq.ops.checks import require_dtype
from tinyq.ops.slopes import Slopes, TwoSlopes


class Clipped(TwoSlopes[Options]):
    """x between `low` and `high`; None is no bound. Not every oracle `takes_int16`."""

    def __init__(self, low: float, high: float | None, *, takes_int16: bool) -> None:
        self.low, self.high, self.takes_int16 = low, high, takes_int16

    def check(self, call: Call[Options]) -> None:
        if not self.takes_int16:
            require_dtype(call, call.input, "int8", "float32")
        super().check(call)

    def real(self, options: Options, x: Array) -> Array:
        return np.clip(x, np.float32(self.low), None if self.high is None else np.float32(self.high))

    def slopes(self, call: Call[Options]) -> Slopes:
        source, target = call.input.scale, call.output.scale
        # tflite-micro, the oracle of RELU, divides in double precision, BUILTIN_REF in float32.
        ratio = source / target if self.high is None else float(np.float32(source) / np.float32(target))
        high = None if self.high is None else _quantized(call, self.high)
        return Slopes(ratio, ratio, low=_quantized(call, self.low), high=high)


def _quantized(call: Call[Options], real: float) -> int:
    return int(round_half_away(np.asarray(real, np.float32) / np.float32(call.output.scale)))
