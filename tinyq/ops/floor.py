"""FLOOR: the largest integer not above x. In float32 alone; the pass fold_tables makes it a table.

Source: TFLite kernels/floor.cc.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.unary import Unary


class Floor(Unary[Options]):
    """Towards minus infinity."""

    def real(self, options: Options, x: Array) -> Array:
        return np.floor(x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_floor(a)"


OPERATOR = Floor()
