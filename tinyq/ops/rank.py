"""RANK: the number of dimensions of a tensor, which is known at build time.

Source: TFLite kernels/rank.cc.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.shape import Shape


class Rank(Shape):
    """A scalar."""

    def answer(self, call: Call[Options]) -> Array:
        return np.array(len(call.input.shape))


OPERATOR = Rank()
