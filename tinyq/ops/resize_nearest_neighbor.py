"""RESIZE_NEAREST_NEIGHBOR: each output pixel is the nearest input pixel.

Source: TFLite kernels/internal/reference/resize_nearest_neighbor.h; its scale is a float32.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.affine import round_half_away
from tinyq.ops.base import Call
from tinyq.ops.movement import Movement, Route, along, check_movement, dense
from tinyq.ops.resize import ResizeOptions, check_resize, read_resize, sizes


class ResizeNearestNeighbor(Movement[ResizeOptions]):
    """Input 1 is the new height and width."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ResizeOptions:
        return read_resize(source)

    def check(self, call: Call[ResizeOptions]) -> None:
        check_movement(call, (call.input,))
        check_resize(call)

    def reference(self, call: Call[ResizeOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        rows, columns = _nearest(call)
        return (inputs[0][:, :, rows][:, :, :, columns],)

    def routes(self, call: Call[ResizeOptions]) -> Sequence[Route]:
        offsets = dense(call.input.shape)
        for axis, places in enumerate(_nearest(call), start=1):
            offsets = along(offsets, axis, offsets[axis][places])
        return (Route(offsets),)


def _nearest(call: Call[ResizeOptions]) -> list[Array]:
    """For each output row, and for each output column, that of the input."""
    result = []
    for before, after in sizes(call):
        aligned = call.options.align_corners
        shrunk = 1 if aligned and after > 1 else 0
        scale = np.float32(before - shrunk) / np.float32(after - shrunk)
        offset = np.float32(0.5 if call.options.half_pixel_centers else 0.0)
        places = (np.arange(after, dtype=np.float32) + offset) * scale
        nearest = round_half_away(places) if aligned else np.floor(places)
        result.append(np.clip(nearest.astype(np.int64), 0, before - 1))
    return result


OPERATOR = ResizeNearestNeighbor()
