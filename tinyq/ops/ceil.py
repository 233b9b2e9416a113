"""CEIL: the smallest integer not below x. In float32 alone; the pass fold_tables makes it a table.

Source: TFLite kernels/ceil.cc.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.unary import Unary


class Ceil(Unary[Options]):
    """Towards plus infinity."""

    def real(self, options: Options, x: Array) -> Array:
        return np.ceil(x)

    def formula(self, call: Call[Options]) -> str:
        return "-tinyq_floor(-a)"


OPERATOR = Ceil()
