"""PACK: tensors of one shape side by side along a new axis.

Source: TFLite kernels/pack.cc and kernels/internal/reference/reference_ops.h, Pack.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import MANY, Call
from tinyq.ops.checks import axis_of, require_axis, require_shape
from tinyq.ops.movement import NOWHERE, Movement, Route, check_movement, dense


@dataclass(frozen=True)
class PackOptions(Options):
    """The new axis, counted from the front of the packed tensor."""

    axis: int


class Pack(Movement[PackOptions]):
    """Any number of inputs, which may be constants."""

    inputs = (1, MANY)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> PackOptions:
        return PackOptions(axis_of(int(source.axis), len(outputs[0].shape)))

    def check(self, call: Call[PackOptions]) -> None:
        axis, sources = call.options.axis, self.sources(call)
        check_movement(call, sources)
        require_axis(call, axis, len(call.output.shape))
        shape = sources[0].shape
        for tensor in sources:
            require_shape(call, tensor, shape)
        require_shape(call, call.output, (*shape[:axis], len(sources), *shape[axis:]))

    def sources(self, call: Call[PackOptions]) -> tuple[Tensor, ...]:
        return tuple(tensor for tensor in call.inputs if tensor is not None)

    def reference(self, call: Call[PackOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        values = [value for value in call.values(inputs) if value is not None]
        return (np.stack(np.broadcast_arrays(*values), axis=call.options.axis + 1),)

    def routes(self, call: Call[PackOptions]) -> Sequence[Route]:
        axis, count = call.options.axis, len(self.sources(call))
        offsets = dense(call.input.shape)
        places = [np.where(np.arange(count) == source, 0, NOWHERE) for source in range(count)]
        return [Route((*offsets[:axis], place, *offsets[axis:]), source=source) for source, place in enumerate(places)]


OPERATOR = Pack()
