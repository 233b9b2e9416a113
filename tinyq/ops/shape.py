"""SHAPE: the shape of a tensor, which is known at build time.

Source: TFLite kernels/shape.cc.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.literal import Literal


class Shape(Literal[Options]):
    """One number for each dimension."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def answer(self, call: Call[Options]) -> Array:
        return np.array(call.input.shape)


OPERATOR = Shape()
