"""TRANSPOSE: the dimensions in another order.

Source: TFLite kernels/internal/reference/transpose.h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant, require_shape
from tinyq.ops.movement import Movement, Route, check_movement, dense


@dataclass(frozen=True)
class TransposeOptions(Options):
    """For each dimension of the output, which one of the input it is."""

    order: tuple[int, ...]


class Transpose(Movement[TransposeOptions]):
    """Input 1 is the order of the dimensions."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> TransposeOptions:
        assert inputs[0] is not None
        rank = len(inputs[0].shape)
        return TransposeOptions(tuple(axis + rank if axis < 0 else axis for axis in integers(inputs[1])))

    def check(self, call: Call[TransposeOptions]) -> None:
        require_constant(call, call.tensor(1))
        check_movement(call, (call.input,))
        order, rank = call.options.order, len(call.input.shape)
        if sorted(order) != list(range(rank)):
            call.refuse(f"the order {list(order)}", f"each dimension from 0 to {rank - 1} once")
        require_shape(call, call.output, tuple(call.input.shape[axis] for axis in order))

    def reference(self, call: Call[TransposeOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (np.transpose(inputs[0], (0, *(axis + 1 for axis in call.options.order))),)

    def routes(self, call: Call[TransposeOptions]) -> Sequence[Route]:
        offsets = dense(call.input.shape)
        return (Route(tuple(offsets[axis] for axis in call.options.order)),)


OPERATOR = Transpose()
