"""LOG: natural logarithm; of integers, what is not positive has the least answer there is.

Source: TFLite kernels/elementwise.cc, LogLUTPrepare. tflite-micro has no quantized form; the oracle is BUILTIN_REF.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.interpolated import Interpolated


class Log(Interpolated[Options]):
    """To the base e."""

    def real(self, options: Options, x: Array) -> Array:
        return rounded(math.log, x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_log(a)"


OPERATOR = Log()
