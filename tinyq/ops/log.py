"""LOG: natural logarithm; in int8 what is not positive has the least answer there is.

Source: TFLite kernels/elementwise.cc, LogLUTPrepare. tflite-micro has no int8 form; the oracle is BUILTIN_REF.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics.real import rounded
from tinyq.ops.unary import FromReal


class Log(FromReal[Options]):
    """To the base e."""

    def real(self, options: Options, x: Array) -> Array:
        return rounded(math.log, x)


OPERATOR = Log()
