"""DEPTH_TO_SPACE: channels become blocks of pixels.

Source: TFLite kernels/internal/reference/depth_to_space.h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import require_rank, require_shape
from tinyq.ops.movement import Movement, Route, check_movement, dense


@dataclass(frozen=True)
class BlockOptions(Options):
    """Height and width of a block of pixels."""

    block: int


class DepthToSpace(Movement[BlockOptions]):
    """[batch, height, width, block * block * depth] to [batch, height * block, width * block, depth]."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> BlockOptions:
        return BlockOptions(int(source.blockSize))

    def check(self, call: Call[BlockOptions]) -> None:
        check_movement(call, (call.input,))
        require_rank(call, call.input, 4)
        block, (batch, height, width, depth) = call.options.block, call.input.shape
        if block < 1 or depth % block**2:
            call.refuse(f"blocks of {block} for {depth} channels", "a multiple of a block's pixels as channels")
        require_shape(call, call.output, (batch, height * block, width * block, depth // block**2))

    def reference(self, call: Call[BlockOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        block, (batch, height, width, depth) = call.options.block, call.input.shape
        split = inputs[0].reshape(-1, batch, height, width, block, block, depth // block**2)
        return (split.transpose(0, 1, 2, 4, 3, 5, 6).reshape(-1, *call.output.shape),)

    def routes(self, call: Call[BlockOptions]) -> Sequence[Route]:
        block, depth = call.options.block, call.output.shape[3]
        batches, rows, columns, channels = dense(call.input.shape)
        within = np.arange(block) * depth
        rows = (rows[:, np.newaxis] + within * block).ravel()
        columns = (columns[:, np.newaxis] + within).ravel()
        return (Route((batches, rows, columns, channels[:depth])),)


OPERATOR = DepthToSpace()
