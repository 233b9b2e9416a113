"""ABS: magnitude.

Source: TFLM kernels/elementwise.cc, AbsEvalQuantized.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.slopes import Slopes, TwoSlopes, scale_ratio


class Abs(TwoSlopes[Options]):
    """To any output scale."""

    def real(self, options: Options, x: Array) -> Array:
        return np.abs(x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_magnitude(a)"

    def slopes(self, call: Call[Options]) -> Slopes:
        ratio = scale_ratio(call)
        return Slopes(ratio, ratio, mirrored=True)


OPERATOR = Abs()
