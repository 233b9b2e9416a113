"""DEPTHWISE_CONV_2D with kernels of any size: each channel is widened to a plane of its own, padding included.

There two neighbouring pixels are one word, and SMLAD multiplies both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._depthwise import LARGEST_OFFSET, requantized, required, scaling_words
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import weights_by_channel
from tinyq.ops.window import Window

WIDEST_KERNEL = 16  # a row of weights is in 8 registers
SMALL_SCRATCH = 4096  # bytes; a larger plane must be at most a quarter of the input


@dataclass(frozen=True)
class Geometry:
    """Window, and shapes [batch, height, width, channels] of input and output."""

    window: Window
    input: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def plane(self) -> tuple[int, int]:
        """Rows and columns of the image with its padding; a row is whole words."""
        rows, columns = (
            size + before + after
            for size, before, after in zip(self.input[1:3], self.window.before, self.window.after, strict=True)
        )
        return rows, -(-columns // 2) * 2

    @property
    def has_odd(self) -> bool:
        """Whether a row of weights is in registers twice, for windows that start at even and at odd columns."""
        return self.window.stride[1] % 2 == 1 and self.window.kernel[1] <= 7

    @property
    def block(self) -> int:
        """How many outputs are summed at once, with a row of weights in the other registers."""
        width = self.window.kernel[1]
        if self.window.stride[1] % 2 == 0:
            return 4 if width <= 12 else 2
        return 4 if width <= 5 else 2 if width <= 7 else 1


def geometry(call: Call[Any]) -> Geometry:
    """That of `call`; an image and a window of one column are turned into a row, whose pixels are in the same order."""
    window, shapes = call.options.window, (call.input.shape, call.output.shape)
    if not (window.kernel[1] == 1 and shapes[0][2] == shapes[1][2] == 1):
        return Geometry(window, *shapes)
    turned = Window(
        *(pair[::-1] for pair in (window.kernel, window.stride, window.dilation, window.before, window.after))
    )
    return Geometry(turned, *((batch, width, height, channels) for batch, height, width, channels in shapes))


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
        window, channels = geometry(call).window, call.output.shape[3]
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
        at = geometry(call)
        return PlaneKernel(at.input, at.output, at.plane, at.window.before, call.input.zero_point, _packed(call))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        at = geometry(call)
        window = at.window
        numbers = {
            "plane_width": at.plane[1],
            "out_height": at.output[1],
            "out_width": at.output[2],
            "channels": at.output[3],
            "kernel_height": window.kernel[0],
            "kernel_width": window.kernel[1],
            "stride_y": window.stride[0],
            "stride_x": window.stride[1],
            "dilation_y": window.dilation[0],
            "block": at.block,
            "has_odd": int(at.has_odd),
            **dict(required(call).parameters),
        }
        signature = "void {symbol}(const tinyq_int16 *plane, const int32_t *constants, int8_t *output)"
        return {"plane": Routine("dsp/depthwise_plane", signature, tuple(numbers.items()))}

    def scratch_bytes(self, call: Call[Any]) -> int:
        rows, columns = geometry(call).plane
        return 2 * rows * columns + 4  # the last window's weight of 0 may see a column more

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        images, *_, channels = call.input.shape
        all_at_once = images == 1 or call.output.bytes <= call.input.bytes
        return (Overlap(call.input),) if call.output.shape[3] == channels and all_at_once else ()


def _packed(call: Call[Any]) -> Array:
    """int32 [channels, words]: rows of int16 weights, each between zeros if `has_odd`, and then the scaling."""
    found, at = required(call), geometry(call)
    height, width = at.window.kernel
    weights = weights_by_channel(call).reshape(-1, height, width) * found.gains[:, np.newaxis, np.newaxis]
    before = int(at.has_odd)
    rows = np.pad(weights, ((0, 0), (0, 0), (before, (before + width) % 2))).reshape(len(weights), -1)
    rows = np.pad(rows, ((0, 0), (0, 2 * before * (width % 2))))  # what the last row's last word ends in
    words = np.ascontiguousarray(rows, "<i2").view("<i4")
    return np.concatenate([words, np.stack(scaling_words(found), axis=1)], axis=1).astype(np.int32)


IMPLEMENTATION = DepthwisePlane()
