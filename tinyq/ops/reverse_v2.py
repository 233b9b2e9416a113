"""REVERSE_V2: back to front along the given axes.

Source: TFLite kernels/reverse.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import axis_of, integers, require_axis, require_constant, require_shape
from tinyq.ops.movement import Movement, Route, check_movement, dense


@dataclass(frozen=True)
class ReverseOptions(Options):
    """The axes, counted from the front."""

    axes: tuple[int, ...]


class ReverseV2(Movement[ReverseOptions]):
    """Input 1 holds the axes."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ReverseOptions:
        assert inputs[0] is not None
        rank = len(inputs[0].shape)
        return ReverseOptions(tuple(sorted({axis_of(axis, rank) for axis in integers(inputs[1])})))

    def check(self, call: Call[ReverseOptions]) -> None:
        require_constant(call, call.tensor(1))
        check_movement(call, (call.input,))
        for axis in call.options.axes:
            require_axis(call, axis, len(call.input.shape))
        require_shape(call, call.output, call.input.shape)

    def reference(self, call: Call[ReverseOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (np.flip(inputs[0], tuple(axis + 1 for axis in call.options.axes)),)

    def routes(self, call: Call[ReverseOptions]) -> Sequence[Route]:
        rows = enumerate(dense(call.input.shape))
        return (Route(tuple(row[::-1] if axis in call.options.axes else row for axis, row in rows)),)


OPERATOR = ReverseV2()
