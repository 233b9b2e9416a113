"""EXP: e to the power of x.

Source: TFLite kernels/exp.cc.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.interpolated import Interpolated


class Exp(Interpolated[Options]):
    """tflite-micro has no quantized form; the oracle is BUILTIN_REF."""

    def real(self, options: Options, x: Array) -> Array:
        return rounded(math.exp, x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_exp(a)"


OPERATOR = Exp()
