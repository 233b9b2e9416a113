"""UNPACK: the slices along an axis, each an output without that axis.

Source: TFLite kernels/unpack.cc and kernels/internal/reference/reference_ops.h, Unpack.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import MANY, Call
from tinyq.ops.checks import axis_of, require_axis, require_shape
from tinyq.ops.loops import row_major_strides
from tinyq.ops.movement import Movement, Route, check_movement, dense


@dataclass(frozen=True)
class UnpackOptions(Options):
    """The axis that disappears, counted from the front."""

    axis: int


class Unpack(Movement[UnpackOptions]):
    """As many outputs as the axis is long."""

    outputs = (1, MANY)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> UnpackOptions:
        assert inputs[0] is not None
        return UnpackOptions(axis_of(int(source.axis), len(inputs[0].shape)))

    def check(self, call: Call[UnpackOptions]) -> None:
        axis, shape = call.options.axis, call.input.shape
        check_movement(call, (call.input,))
        require_axis(call, axis, len(shape))
        if len(call.outputs) != shape[axis]:
            call.refuse(f"{len(call.outputs)} outputs", f"{shape[axis]}, the extent of axis {axis}")
        for tensor in call.outputs:
            require_shape(call, tensor, (*shape[:axis], *shape[axis + 1 :]))

    def reference(self, call: Call[UnpackOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return tuple(np.moveaxis(inputs[0], call.options.axis + 1, 0))

    def routes(self, call: Call[UnpackOptions]) -> Sequence[Route]:
        axis, offsets = call.options.axis, dense(call.input.shape)
        stride = row_major_strides(call.input.shape)[axis]
        rest = (*offsets[:axis], *offsets[axis + 1 :])
        return [Route(rest, start=index * stride, target=index) for index in range(len(call.outputs))]


OPERATOR = Unpack()
