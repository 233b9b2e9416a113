"""RESIZE_BILINEAR: each output pixel is a mean of four input pixels, weighted in steps of 1/1024.

Source: TFLite kernels/internal/reference/resize_bilinear.h, ResizeBilinearInteger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype
from tinyq.ops.resize import ResizeOptions, check_resize, read_resize, sizes

ONE = 1 << 10


@dataclass(frozen=True, eq=False)
class BilinearKernel(Kernel):
    """For each output row, and for each output column: the offsets of two in the input, and the second's weight."""

    rows: Array
    columns: Array
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]


class ResizeBilinear(Operator[ResizeOptions]):
    """Input 1 is the new height and width."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ResizeOptions:
        return read_resize(source)

    def check(self, call: Call[ResizeOptions]) -> None:
        for tensor in (call.input, call.output):
            require_dtype(call, tensor, "int8")
        check_resize(call)

    def reference(self, call: Call[ResizeOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        rows, columns = _neighbours(call)
        pixels = inputs[0].astype(np.int64)
        by_row = [pixels[:, :, rows[:, number]] for number in (0, 1)]
        weights = (rows[:, 2].reshape(-1, 1, 1), columns[:, 2].reshape(-1, 1))
        mixed = by_row[0] * (ONE - weights[0]) + by_row[1] * weights[0]
        by_column = [mixed[:, :, :, columns[:, number]] for number in (0, 1)]
        total = by_column[0] * (ONE - weights[1]) + by_column[1] * weights[1]
        # Half away from zero, by C's division, which truncates.
        rounded = np.sign(total) * ((np.abs(total) + ONE**2 // 2) // ONE**2)
        return (rounded.astype(np.int8),)

    def kernel(self, call: Call[ResizeOptions]) -> BilinearKernel:
        rows, columns = (neighbours.astype(np.int32) for neighbours in _neighbours(call))
        _, _, width, depth = call.input.shape
        return BilinearKernel(
            rows * np.array([width * depth, width * depth, 1], np.int32),
            columns * np.array([depth, depth, 1], np.int32),
            call.input.shape,
            call.output.shape,
        )

    def pointers(self, call: Call[ResizeOptions]) -> tuple[Tensor, ...]:
        return (call.input,)


def _neighbours(call: Call[ResizeOptions]) -> list[Array]:
    """For height and width an int64 array [output size, 3]: two input pixels, and the weight of the second."""
    result = []
    for before, after in sizes(call):
        shrunk = 1 if call.options.align_corners and after > 1 else 0
        scale = (ONE * (before - shrunk) + (after - shrunk) // 2) // (after - shrunk)
        places = np.arange(after) * scale
        if call.options.half_pixel_centers:
            places = places + scale // 2 - ONE // 2
        # C's division truncates towards zero; a place before the first pixel is at the first.
        lower = np.clip(places // ONE, 0, before - 1)
        upper = np.clip(-(-places // ONE), 0, before - 1)
        result.append(np.stack([lower, upper, places - ONE * lower], axis=1))
    return result


OPERATOR = ResizeBilinear()
