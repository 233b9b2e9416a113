"""SPACE_TO_BATCH_ND: blocks of pixels, padded with the zero point, become batches.

Source: TFLite kernels/space_to_batch_nd.cc and kernels/internal/reference/space_to_batch_nd.h.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call
from tinyq.ops.batch_to_space_nd import BlocksOptions, check_blocks, read_blocks
from tinyq.ops.checks import require_shape
from tinyq.ops.movement import NOWHERE, Movement, Route, dense


class SpaceToBatchND(Movement[BlocksOptions]):
    """Input 1 holds the blocks, input 2 the paddings."""

    inputs = (3, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> BlocksOptions:
        return read_blocks(inputs)

    def check(self, call: Call[BlocksOptions]) -> None:
        check_blocks(call)
        block, shape, sizes = call.options.block, call.input.shape, _padded(call)
        if any(extent % size for extent, size in zip(sizes, block, strict=True)):
            call.refuse(f"{sizes} padded pixels in blocks {list(block)}", "a multiple of the block")
        blocks = [extent // size for extent, size in zip(sizes, block, strict=True)]
        require_shape(call, call.output, (shape[0] * int(np.prod(block)), *blocks, *shape[len(block) + 1 :]))

    def reference(self, call: Call[BlocksOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        block, shape, sizes = call.options.block, call.input.shape, _padded(call)
        count = len(block)
        widths = ((0, 0), (0, 0), *zip(call.options.before, call.options.after, strict=True))
        widths += ((0, 0),) * (inputs[0].ndim - len(widths))
        padded = np.pad(inputs[0], widths, constant_values=self.fill(call))
        halves = [part for extent, size in zip(sizes, block, strict=True) for part in (extent // size, size)]
        split = padded.reshape(-1, shape[0], *halves, *shape[count + 1 :])
        within, across = range(3, 2 * count + 2, 2), range(2, 2 * count + 2, 2)
        ordered = split.transpose(0, *within, 1, *across, *range(2 * count + 2, split.ndim))
        return (ordered.reshape(-1, *call.output.shape),)

    def routes(self, call: Call[BlocksOptions]) -> Sequence[Route]:
        """One for each pixel of a block: which output pixels lie in the padding differs between them."""
        batch, block, before = call.input.shape[0], call.options.block, call.options.before
        count = len(block)
        batches, *offsets = dense(call.input.shape)
        padded = [
            np.pad(row, width, constant_values=NOWHERE)
            for row, *width in zip(offsets[:count], before, call.options.after, strict=True)
        ]
        routes = []
        for number, pixel in enumerate(product(*map(range, block))):
            images = np.full(call.output.shape[0], NOWHERE)
            images[number * batch : (number + 1) * batch] = batches
            spatial = [row[first::size] for row, first, size in zip(padded, pixel, block, strict=True)]
            routes.append(Route((images, *spatial, *offsets[count:])))
        return routes

    def fill(self, call: Call[BlocksOptions]) -> int:
        return 0 if call.output.quantization is None else call.output.zero_point


def _padded(call: Call[BlocksOptions]) -> list[int]:
    """The spatial extents with their padding."""
    spatial = zip(call.options.before, call.input.shape[1:], call.options.after, strict=False)
    return [before + extent + after for before, extent, after in spatial]


OPERATOR = SpaceToBatchND()
