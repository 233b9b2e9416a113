"""RESIZE_BILINEAR: each output pixel is a mean of four input pixels, weighted in steps of 1/1024.

Sources: TFLite kernels/internal/reference/resize_bilinear.h, ResizeBilinearInteger. In the profile xnnpack: XNNPACK
src/indirection.c and src/s8-ibilinear, whose places are float32, weighted in steps of 1/2048.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, DType, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_activations
from tinyq.ops.resize import ResizeOptions, check_resize, read_resize, sizes

BITS, XNNPACK_BITS = 10, 11  # of a weight


@dataclass(frozen=True, eq=False)
class BilinearKernel(Kernel):
    """For each output row, and for each output column: the offsets of two in the input, and the second's weight.

    Weights are in steps of `2**-bits`. Ties go away from zero, or up. Sums of int16 need 64 bits.
    """

    dtype: DType
    bits: int
    ties_up: bool
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
        require_activations(call, call.input, call.output)
        check_resize(call)

    def reference(self, call: Call[ResizeOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        rows, columns = _neighbours(call)
        one = 1 << _bits(call)
        pixels = inputs[0].astype(np.int64)
        by_row = [pixels[:, :, rows[:, number]] for number in (0, 1)]
        weights = (rows[:, 2].reshape(-1, 1, 1), columns[:, 2].reshape(-1, 1))
        mixed = by_row[0] * (one - weights[0]) + by_row[1] * weights[0]
        by_column = [mixed[:, :, :, columns[:, number]] for number in (0, 1)]
        total = by_column[0] * (one - weights[1]) + by_column[1] * weights[1]
        # Half away from zero, by C's division, which truncates.
        rounded = np.sign(total) * ((np.abs(total) + one**2 // 2) // one**2)
        if call.in_xnnpack:
            rounded = (total + one**2 // 2) // one**2
        return (rounded.astype(call.output.dtype),)

    def kernel(self, call: Call[ResizeOptions]) -> BilinearKernel:
        rows, columns = (neighbours.astype(np.int32) for neighbours in _neighbours(call))
        _, _, width, depth = call.input.shape
        return BilinearKernel(
            call.input.dtype,
            _bits(call),
            call.in_xnnpack,
            rows * np.array([width * depth, width * depth, 1], np.int32),
            columns * np.array([depth, depth, 1], np.int32),
            call.input.shape,
            call.output.shape,
        )

    def pointers(self, call: Call[ResizeOptions]) -> tuple[Tensor, ...]:
        return (call.input,)


def _bits(call: Call[ResizeOptions]) -> int:
    return XNNPACK_BITS if call.in_xnnpack else BITS


def _neighbours(call: Call[ResizeOptions]) -> list[Array]:
    """For height and width an int64 array [output size, 3]: two input pixels, and the weight of the second."""
    if call.in_xnnpack:
        return [_in_float(before, after, call.options) for before, after in sizes(call)]
    one = 1 << BITS
    result = []
    for before, after in sizes(call):
        shrunk = 1 if call.options.align_corners and after > 1 else 0
        scale = (one * (before - shrunk) + (after - shrunk) // 2) // (after - shrunk)
        places = np.arange(after) * scale
        if call.options.half_pixel_centers:
            places = places + scale // 2 - one // 2
        # C's division truncates towards zero; a place before the first pixel is at the first.
        lower = np.clip(places // one, 0, before - 1)
        upper = np.clip(-(-places // one), 0, before - 1)
        result.append(np.stack([lower, upper, places - one * lower], axis=1))
    return result


def _in_float(before: int, after: int, options: ResizeOptions) -> Array:
    """The same of one axis as XNNPACK finds it: in float32, and inside the image."""
    shrunk = 1 if options.align_corners and after > 1 else 0
    scale = np.float32(before - shrunk) / np.float32(after - shrunk)
    offset = np.float32(0.5) * scale - np.float32(0.5) if options.half_pixel_centers else np.float32(0)
    places = np.clip(np.arange(after).astype(np.float32) * scale + offset, np.float32(0), np.float32(before - 1))
    lower = places.astype(np.int64)
    weights = np.rint((places - lower.astype(np.float32)) * np.float32(1 << XNNPACK_BITS)).astype(np.int64)
    return np.stack([lower, np.minimum(lower + 1, before - 1), weights], axis=1)


OPERATOR = ResizeBilinear()
