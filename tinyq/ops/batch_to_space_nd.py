"""BATCH_TO_SPACE_ND: batches become blocks of pixels, of which the border is cropped.

Source: TFLite kernels/batch_to_space_nd.cc and kernels/internal/reference/batch_to_space_nd.h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant, require_shape
from tinyq.ops.loops import row_major_strides
from tinyq.ops.movement import Movement, Route, check_movement, dense


@dataclass(frozen=True)
class BlocksOptions(Options):
    """The block for each spatial dimension, and what is cropped or padded before and after."""

    block: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


def read_blocks(inputs: Sequence[Tensor | None]) -> BlocksOptions:
    """The options in inputs 1, the blocks, and 2, the crops or paddings [dimensions, 2]."""
    widths = integers(inputs[2])
    return BlocksOptions(integers(inputs[1]), widths[::2], widths[1::2])


def check_blocks(call: Call[BlocksOptions]) -> None:
    """Refuse what is not constant, negative, or of other dimensions than the image has."""
    for tensor in (call.tensor(1), call.tensor(2)):
        require_constant(call, tensor)
    check_movement(call, (call.input,))
    block, before, after = call.options.block, call.options.before, call.options.after
    dimensions = len(call.input.shape) - 1
    if not 1 <= len(block) == len(before) == len(after) <= dimensions or min(*before, *after, 0) < 0 or min(block) < 1:
        call.refuse(
            f"blocks {list(block)} with {list(before)} before and {list(after)} after",
            f"as many of each as dimensions, up to {dimensions}; none negative",
        )


class BatchToSpaceND(Movement[BlocksOptions]):
    """Input 1 holds the blocks, input 2 the crops."""

    inputs = (3, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> BlocksOptions:
        return read_blocks(inputs)

    def check(self, call: Call[BlocksOptions]) -> None:
        check_blocks(call)
        block, shape = call.options.block, call.input.shape
        if shape[0] % np.prod(block):
            call.refuse(f"a batch of {shape[0]} for blocks {list(block)}", "a multiple of a block's pixels")
        spatial = zip(shape[1:], block, call.options.before, call.options.after, strict=False)
        sizes = [extent * size - before - after for extent, size, before, after in spatial]
        require_shape(call, call.output, (shape[0] // int(np.prod(block)), *sizes, *shape[len(block) + 1 :]))

    def reference(self, call: Call[BlocksOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        block, shape = call.options.block, call.input.shape
        count = len(block)
        split = inputs[0].reshape(-1, *block, shape[0] // int(np.prod(block)), *shape[1:])
        order = [0, count + 1, *(axis for i in range(count) for axis in (count + 2 + i, 1 + i))]
        joined = split.transpose(*order, *range(2 * count + 2, split.ndim))
        sizes = [extent * size for extent, size in zip(shape[1:], block, strict=False)]
        uncropped = joined.reshape(-1, joined.shape[1], *sizes, *shape[count + 1 :])
        crops = zip(call.options.before, sizes, call.options.after, strict=True)
        return (uncropped[:, :, *(slice(before, size - after) for before, size, after in crops)],)

    def routes(self, call: Call[BlocksOptions]) -> Sequence[Route]:
        offsets = dense(call.input.shape)
        batches, rest = offsets[0], offsets[len(call.options.block) + 1 :]
        spatial: list[Array] = []
        image = row_major_strides(call.input.shape)[0]
        step = call.output.shape[0]  # how many input images further the next pixel of a block is
        for axis in reversed(range(len(call.options.block))):
            before, size = call.options.before[axis], call.options.block[axis]
            places = np.arange(before, before + call.output.shape[axis + 1])
            spatial.insert(0, offsets[axis + 1][places // size] + places % size * step * image)
            step *= size
        return (Route((batches[: call.output.shape[0]], *spatial, *rest)),)


OPERATOR = BatchToSpaceND()
