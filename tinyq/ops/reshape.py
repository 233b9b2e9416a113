"""RESHAPE: the same elements under another shape; the pass drop_views makes it cost nothing.

Source: TFLite kernels/reshape.cc. The new shape is the output tensor's own.
"""

from collections.abc import Sequence
from typing import Any

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.movement import Movement, Route, dense


class Reshape(Movement[Options]):
    """Any element type."""

    inputs = (1, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        if (call.input.elements, call.input.dtype) != (call.output.elements, call.output.dtype):
            call.refuse(
                f"{call.input.dtype} {list(call.input.shape)} made {call.output.dtype} {list(call.output.shape)}",
                "the same element type and number of elements",
            )

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (inputs[0].reshape(-1, *call.output.shape),)

    def routes(self, call: Call[Options]) -> Sequence[Route]:
        return (Route(dense(call.output.shape)),)


OPERATOR = Reshape()
