"""SPACE_TO_DEPTH: blocks of pixels become channels.

Source: TFLite kernels/internal/reference/space_to_depth.h.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import require_rank, require_shape
from tinyq.ops.depth_to_space import BlockOptions
from tinyq.ops.movement import Movement, Route, check_movement, dense


class SpaceToDepth(Movement[BlockOptions]):
    """[batch, height * block, width * block, depth] to [batch, height, width, block * block * depth]."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> BlockOptions:
        return BlockOptions(int(source.blockSize))

    def check(self, call: Call[BlockOptions]) -> None:
        check_movement(call, (call.input,))
        require_rank(call, call.input, 4)
        block, (batch, height, width, depth) = call.options.block, call.input.shape
        if block < 1 or height % block or width % block:
            call.refuse(f"blocks of {block} in {height}x{width} pixels", "a multiple of the block as height and width")
        require_shape(call, call.output, (batch, height // block, width // block, depth * block**2))

    def reference(self, call: Call[BlockOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        block, (batch, height, width, depth) = call.options.block, call.input.shape
        split = inputs[0].reshape(-1, batch, height // block, block, width // block, block, depth)
        return (split.transpose(0, 1, 2, 4, 3, 5, 6).reshape(-1, *call.output.shape),)

    def routes(self, call: Call[BlockOptions]) -> Sequence[Route]:
        block = call.options.block
        batches, rows, columns, channels = dense(call.input.shape)
        within = np.add.outer(np.add.outer(rows[:block], columns[:block]), channels).ravel()
        return (Route((batches, rows[::block], columns[::block], within)),)


OPERATOR = SpaceToDepth()
