"""DEPTHWISE_CONV_2D with kernels of any size: each channel is widened to a plane of its own, padding included.

There two neighbouring pixels are one word, and SMLAD multiplies both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._depthwise import LARGEST_OFFSET, required, requantized, scaling_words
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import weights_by_channel

WIDEST_KERNEL = 16  # a row of weights is in 8 registers
SMALL_SCRATCH = 4096  # bytes; a larger plane must be at most a quarter of the input


@dataclass(frozen=True, eq=False)
class PlaneKernel(Kernel):
    """`plane_shape` is the image with its padding, rows rounded up to whole words; `before`: above and to the left."""

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    plane_shape: tuple[int, int]
    before: tuple[int, int]
    padding_value: int
    constants: Array


class DepthwisePlane(Implementation):
    """A row of a 5x5 window takes 29 cycles for four outputs."""

    op = "DEPTHWISE_CONV_2D"
    template = "dsp/depthwise_plane"

    def applies(self, call: Call[Any], target: Target) -> bool:
        window, channels = call.options.window, call.output.shape[3]
        return (
            window.kernel[1] <= WIDEST_KERNEL
            and window.dilation[1] == 1
            and 3 * channels <= LARGEST_OFFSET
            and self.scratch_bytes(call) <= max(SMALL_SCRATCH, call.input.bytes // 4)
            and requantized(call) is not None
        )

    def cycles(self, call: Call[Any]) -> float:
        return operator(self.op).macs(call) * 1.7 + call.output.elements * 12.0 + call.input.elements * 6.0

    def kernel(self, call: Call[Any]) -> PlaneKernel:
        return PlaneKernel(
            call.input.shape,
            call.output.shape,
            _plane_shape(call),
            call.options.window.before,
            call.input.zero_point,
            _packed(call),
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        window = call.options.window
        numbers = {
            "plane_width": _plane_shape(call)[1],
            "out_height": call.output.shape[1],
            "out_width": call.output.shape[2],
            "channels": call.output.shape[3],
            "kernel_height": window.kernel[0],
            "kernel_width": window.kernel[1],
            "stride_y": window.stride[0],
            "stride_x": window.stride[1],
            "dilation_y": window.dilation[0],
            "block": _block(call),
            "has_odd": int(_has_odd(call)),
            **dict(required(call).parameters),
        }
        signature = "void {symbol}(const tinyq_int16 *plane, const int32_t *constants, int8_t *output)"
        return {"plane": Routine("dsp/depthwise_plane", signature, tuple(numbers.items()))}

    def scratch_bytes(self, call: Call[Any]) -> int:
        rows, columns = _plane_shape(call)
        return 2 * rows * columns + 4  # the last window's weight of 0 may see a column more

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        images, *_, channels = call.input.shape
        all_at_once = images == 1 or call.output.bytes <= call.input.bytes
        return (Overlap(call.input),) if call.output.shape[3] == channels and all_at_once else ()


def _plane_shape(call: Call[Any]) -> tuple[int, int]:
    window = call.options.window
    rows, columns = (
        size + before + after for size, before, after in zip(call.input.shape[1:3], window.before, window.after, strict=True)
    )
    return rows, -(-columns // 2) * 2


def _has_odd(call: Call[Any]) -> bool:
    """Whether a row of weights is in registers twice, for windows that start at even and at odd columns."""
    window = call.options.window
    return window.stride[1] % 2 == 1 and window.kernel[1] <= 7


def _block(call: Call[Any]) -> int:
    """How many outputs are summed at once, with a row of weights in the other registers."""
    (_, width), stride = call.options.window.kernel, call.options.window.stride[1]
    if stride % 2 == 0:
        return 4 if width <= 12 else 2
    return 4 if width <= 5 else 2 if width <= 7 else 1


def _packed(call: Call[Any]) -> Array:
    """int32 [channels, words]: rows of int16 weights, each between zeros if `_has_odd`, and then the scaling."""
    found, (height, width) = required(call), call.options.window.kernel
    weights = weights_by_channel(call).reshape(-1, height, width) * found.gains[:, np.newaxis, np.newaxis]
    before = int(_has_odd(call))
    rows = np.pad(weights, ((0, 0), (0, 0), (before, (before + width) % 2))).reshape(len(weights), -1)
    rows = np.pad(rows, ((0, 0), (0, 2 * before * (width % 2))))  # what the last row's last word ends in
    words = np.ascontiguousarray(rows, "<i2").view("<i4")
    return np.concatenate([words, np.stack(scaling_words(found), axis=1)], axis=1).astype(np.int32)


IMPLEMENTATION = DepthwisePlane()
