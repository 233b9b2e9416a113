"""SHAPE: the shape of a tensor, which is known at build time.

Source: TFLite kernels/shape.cc.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.literal import Literal


class Shape(Literal):
    """One number for each dimension."""

    def answer(self, call: Call[Options]) -> Array:
        return np.array(call.input.shape)


OPERATOR = Shape()
