"""NEG: -x. In float32 alone; the pass fold_tables makes it a table.

Source: TFLite kernels/neg.cc, whose int8 form forgets the zero points; no converter emits it.
"""

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.unary import Unary


class Neg(Unary[Options]):
    """As LayerNormalization has it."""

    def real(self, options: Options, x: Array) -> Array:
        return -x

    def formula(self, call: Call[Options]) -> str:
        return "-a"


OPERATOR = Neg()
