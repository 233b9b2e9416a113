"""BROADCAST_TO: dimensions of extent 1 repeated, and new ones in front.

Source: TFLite kernels/broadcast_to.cc. The new shape is the output tensor's own.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import require_shape
from tinyq.ops.loops import row_major_strides
from tinyq.ops.movement import Movement, Route, check_movement


class BroadcastTo(Movement[Options]):
    """Input 1 is the new shape."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        check_movement(call, (call.input,))
        try:
            shape = np.broadcast_shapes(call.input.shape, call.output.shape)
        except ValueError:
            call.refuse(f"{list(call.input.shape)} made {list(call.output.shape)}", "a shape that it broadcasts to")
        require_shape(call, call.output, shape)

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        shape = call.output.shape
        aligned = inputs[0].reshape(-1, *(1,) * (len(shape) - len(call.input.shape)), *call.input.shape)
        return (np.broadcast_to(aligned, (len(inputs[0]), *shape)).copy(),)

    def routes(self, call: Call[Options]) -> Sequence[Route]:
        strides = row_major_strides(call.input.shape, call.output.shape)
        return (Route(tuple(np.arange(out) * stride for out, stride in zip(call.output.shape, strides, strict=True))),)


OPERATOR = BroadcastTo()
