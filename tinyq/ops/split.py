"""SPLIT: pieces of one size along an axis, each an output.

Source: TFLite kernels/split.cc and kernels/internal/reference/reference_ops.h, Split.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import MANY, Call
from tinyq.ops.checks import axis_of, integers, require_axis, require_constant, require_shape
from tinyq.ops.loops import row_major_strides
from tinyq.ops.movement import Movement, Route, check_movement, dense


@dataclass(frozen=True)
class SplitOptions(Options):
    """The axis, counted from the front, and how much of it each output takes."""

    axis: int
    sizes: tuple[int, ...]


class Split(Movement[SplitOptions]):
    """Input 0 is the axis, input 1 what is split."""

    inputs = (2, 2)
    outputs = (1, MANY)
    value, axis = 1, 0  # which inputs these are

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> SplitOptions:
        value, axes = inputs[self.value], integers(inputs[self.axis])
        assert value is not None
        axis = axis_of(axes[0], len(value.shape)) if axes else len(value.shape)
        return SplitOptions(axis, self.sizes(inputs, outputs, *value.shape[axis : axis + 1]))

    def sizes(self, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor], extent: int = 0) -> tuple[int, ...]:
        """How much of the axis with this `extent` each output takes."""
        return (extent // len(outputs),) * len(outputs)

    def check(self, call: Call[SplitOptions]) -> None:
        (source,), axis, sizes = self.sources(call), call.options.axis, call.options.sizes
        require_constant(call, call.tensor(self.axis))
        check_movement(call, (source,))
        require_axis(call, axis, len(source.shape))
        if sum(sizes) != source.shape[axis] or len(sizes) != len(call.outputs):
            call.refuse(
                f"{len(call.outputs)} outputs with {list(sizes)} of {source.shape[axis]} along axis {axis}",
                "sizes for all outputs that add up to the input's",
            )
        for tensor, size in zip(call.outputs, sizes, strict=True):
            require_shape(call, tensor, (*source.shape[:axis], size, *source.shape[axis + 1 :]))

    def sources(self, call: Call[SplitOptions]) -> tuple[Tensor, ...]:
        return (call.tensor(self.value),)

    def reference(self, call: Call[SplitOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        value = call.values(inputs)[self.value]
        assert value is not None
        return tuple(np.split(value, np.cumsum(call.options.sizes)[:-1], axis=call.options.axis + 1))

    def routes(self, call: Call[SplitOptions]) -> Sequence[Route]:
        axis, shape = call.options.axis, self.sources(call)[0].shape
        starts = accumulate(call.options.sizes, initial=0)
        stride = row_major_strides(shape)[axis]
        offsets = dense(shape)
        return [
            Route((*offsets[:axis], offsets[axis][:size], *offsets[axis + 1 :]), start * stride, target=target)
            for target, (start, size) in enumerate(zip(starts, call.options.sizes, strict=False))
        ]


OPERATOR = Split()
