"""ROUND: the nearest integer, of two the even one. In float32 alone; the pass fold_tables makes it a table.

Source: TFLite kernels/internal/reference/round.h, RoundToNearest.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.unary import Unary


class Round(Unary[Options]):
    """Ties to even."""

    def real(self, options: Options, x: Array) -> Array:
        return np.rint(x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_nearest(a)"


OPERATOR = Round()
