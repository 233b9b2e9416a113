"""RESIZE_BILINEAR in float32: each output pixel is a weighted mean of four input pixels.

Source: TFLite kernels/internal/reference/resize_bilinear.h, ResizeBilinear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype
from tinyq.ops.resize import ResizeOptions, check_resize, read_resize, sizes


@dataclass(frozen=True, eq=False)
class FloatBilinearKernel(Kernel):
    """For each output row, and for each column: the offsets of two in the input, int32; and the second's weight."""

    rows: Array
    columns: Array
    row_weights: Array
    column_weights: Array
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]


class FloatResizeBilinear(Operator[ResizeOptions]):
    """Input 1 is the new height and width."""

    inputs = (2, 2)
    template = "floats/resize_bilinear"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ResizeOptions:
        return read_resize(source)

    def check(self, call: Call[ResizeOptions]) -> None:
        for tensor in (call.input, call.output):
            require_dtype(call, tensor, "float32")
        check_resize(call)

    def reference(self, call: Call[ResizeOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        (rows, below), (columns, right) = (_neighbours(call.options, *size) for size in sizes(call))
        below, right = below[:, np.newaxis, np.newaxis], right[:, np.newaxis]
        corners = [inputs[0][:, :, rows[:, i]][:, :, :, columns[:, j]] for j in range(2) for i in range(2)]
        one = np.float32(1)
        weights = [(one - below, one - right), (below, one - right), (one - below, right), (below, right)]
        with np.errstate(all="ignore"):
            first, *others = (corner * row * column for corner, (row, column) in zip(corners, weights, strict=True))
            return (((first + others[0]) + others[1]) + others[2],)

    def kernel(self, call: Call[ResizeOptions]) -> FloatBilinearKernel:
        (rows, below), (columns, right) = (_neighbours(call.options, *size) for size in sizes(call))
        _, _, width, depth = call.input.shape
        offsets = (rows * width * depth).astype(np.int32), (columns * depth).astype(np.int32)
        return FloatBilinearKernel(*offsets, below, right, call.input.shape, call.output.shape)

    def pointers(self, call: Call[ResizeOptions]) -> tuple[Tensor, ...]:
        return (call.input,)


def _neighbours(options: ResizeOptions, before: int, after: int) -> tuple[Array, Array]:
    """For each output row or column the two of the input beside it, int64 [after, 2]; and the second's weight."""
    aligned = options.align_corners and after > 1
    scale = np.float32(before - 1) / np.float32(after - 1) if aligned else np.float32(before) / np.float32(after)
    places = np.arange(after, dtype=np.float32)
    places = (places + np.float32(0.5)) * scale - np.float32(0.5) if options.half_pixel_centers else places * scale
    lower = np.maximum(np.floor(places).astype(np.int64), 0)
    upper = np.minimum(np.ceil(places).astype(np.int64), before - 1)
    return np.stack([lower, upper], axis=1), places - lower.astype(np.float32)


OPERATOR = FloatResizeBilinear()
