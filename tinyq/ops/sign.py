"""SIGN: -1, 0 or 1. In float32 alone; the pass fold_tables makes it a table.

Source: TFLite kernels/sign.cc.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.unary import Unary


class Sign(Unary[Options]):
    """The sign of x."""

    def real(self, options: Options, x: Array) -> Array:
        return np.sign(x)

    def formula(self, call: Call[Options]) -> str:
        return "a > 0.0f ? 1.0f : a < 0.0f ? -1.0f : a == 0.0f ? 0.0f : a"


OPERATOR = Sign()
