"""SQUARE: x * x. In float32 alone; the pass fold_tables makes it a table.

Source: TFLite kernels/elementwise.cc.
"""

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.unary import Unary


class Square(Unary[Options]):
    """As GroupNormalization and RMSNormalization have it."""

    def real(self, options: Options, x: Array) -> Array:
        return x * x

    def formula(self, call: Call[Options]) -> str:
        return "a * a"


OPERATOR = Square()
