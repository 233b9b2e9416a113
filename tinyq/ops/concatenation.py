"""CONCATENATION: tensors one after the other along an axis.

Source: TFLite kernels/concatenation.cc and kernels/internal/reference/concatenation.h. int8 is never rescaled: TFLite
takes only inputs of the output's scale and zero point, and the converter puts a QUANTIZE before the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import MANY, Along, Call, Channels
from tinyq.ops.checks import axis_of, read_activation, require_axis, require_shape
from tinyq.ops.movement import NOWHERE, Movement, Route, along, check_movement, dense


@dataclass(frozen=True)
class ConcatenationOptions(Options):
    """The axis, counted from the front, and whether an activation is fused."""

    axis: int
    activation: str = "NONE"


class Concatenation(Movement[ConcatenationOptions]):
    """Any number of inputs, which may be constants."""

    inputs = (1, MANY)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ConcatenationOptions:
        return ConcatenationOptions(axis_of(int(source.axis), len(outputs[0].shape)), read_activation(source))

    def check(self, call: Call[ConcatenationOptions]) -> None:
        axis, shape = call.options.axis, call.output.shape
        check_movement(call, self.sources(call))
        require_axis(call, axis, len(shape))
        if call.options.activation != "NONE":
            call.refuse(f"a fused {call.options.activation}", "no fused activation")
        for tensor in self.sources(call):
            require_shape(call, tensor, (*shape[:axis], *tensor.shape[axis : axis + 1], *shape[axis + 1 :]))
        if (total := sum(tensor.shape[axis] for tensor in self.sources(call))) != shape[axis]:
            call.refuse(f"inputs of {total} along axis {axis}", f"{shape[axis]} in all, as the output has")

    def sources(self, call: Call[ConcatenationOptions]) -> tuple[Tensor, ...]:
        return tuple(tensor for tensor in call.inputs if tensor is not None)

    def reference(self, call: Call[ConcatenationOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        values = [value for value in call.values(inputs) if value is not None]
        samples = max(map(len, values))
        spread = [np.broadcast_to(value, (samples, *value.shape[1:])) for value in values]
        return (np.concatenate(spread, axis=call.options.axis + 1),)

    def channels(self, call: Call[ConcatenationOptions]) -> Channels | None:
        sources = self.sources(call)
        if call.options.axis != len(call.output.shape) - 1 or len({tensor.name for tensor in sources}) < len(sources):
            return None
        firsts = accumulate((tensor.shape[-1] for tensor in sources), initial=0)
        return Channels(
            tuple(Along(number, first=first) for number, first in zip(range(len(sources)), firsts, strict=False))
        )

    def routes(self, call: Call[ConcatenationOptions]) -> Sequence[Route]:
        axis, extent, before = call.options.axis, call.output.shape[call.options.axis], 0
        routes = []
        for source, tensor in enumerate(self.sources(call)):
            offsets = dense(tensor.shape)
            width = (before, extent - before - tensor.shape[axis])
            row = np.pad(offsets[axis], width, constant_values=NOWHERE)
            routes.append(Route(along(offsets, axis, row), source=source))
            before += tensor.shape[axis]
        return routes


OPERATOR = Concatenation()
