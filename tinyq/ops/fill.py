"""FILL: a tensor of one number.

Source: TFLite kernels/fill.cc. The shape is the output tensor's own.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.movement import Movement, Route, check_movement


class Fill(Movement[Options]):
    """Input 0 is the shape, input 1 the number."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        check_movement(call, self.sources(call))
        if call.tensor(1).elements != 1:
            call.refuse(f"{call.tensor(1).elements} numbers to fill with", "one")

    def sources(self, call: Call[Options]) -> tuple[Tensor, ...]:
        return (call.tensor(1),)

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        number = call.values(inputs)[1]
        assert number is not None
        spread = number.reshape(-1, *(1 for _ in call.output.shape))
        return (np.broadcast_to(spread, (len(number), *call.output.shape)).copy(),)

    def routes(self, call: Call[Options]) -> Sequence[Route]:
        return (Route(tuple(np.zeros(extent, np.int64) for extent in call.output.shape)),)


OPERATOR = Fill()
