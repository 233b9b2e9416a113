"""TILE: the tensor again and again along each dimension.

Source: TFLite kernels/tile.cc.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import require_rank
from tinyq.ops.movement import Movement, Route, check_movement, dense


class Tile(Movement[Options]):
    """Input 1 says how often; so do the shapes, and they are known where the former is computed."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        check_movement(call, (call.input,))
        require_rank(call, call.output, len(call.input.shape))
        if any(out % extent for out, extent in zip(call.output.shape, call.input.shape, strict=True)):
            call.refuse(f"{list(call.input.shape)} made {list(call.output.shape)}", "multiples of each extent")

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (np.tile(inputs[0], (1, *_multiples(call))),)

    def routes(self, call: Call[Options]) -> Sequence[Route]:
        rows = zip(dense(call.input.shape), _multiples(call), strict=True)
        return (Route(tuple(np.tile(offsets, multiple) for offsets, multiple in rows)),)


def _multiples(call: Call[Options]) -> tuple[int, ...]:
    return tuple(out // extent for out, extent in zip(call.output.shape, call.input.shape, strict=True))


OPERATOR = Tile()
