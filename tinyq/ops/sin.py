"""SIN: sine. In float32 alone; the pass fold_tables makes it a table.

Source: TFLite kernels/elementwise.cc.
"""

import math

from tinyq.ir.graph import Array, Options
from tinyq.numerics.real import rounded
from tinyq.ops.unary import Unary


class Sin(Unary[Options]):
    """Radians."""

    def real(self, options: Options, x: Array) -> Array:
        return rounded(math.sin, x)


OPERATOR = Sin()
