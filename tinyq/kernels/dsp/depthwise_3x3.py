"""DEPTHWISE_CONV_2D, 3x3 of any stride and padding, channel by channel and row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._depthwise import LARGEST_OFFSET, SAME, packed_3x3, requantized, required
from tinyq.ops import Call, Kernel
from tinyq.ops.window import Window

WIDEST_UNROLLED = 6  # outputs in a row without a loop
LARGEST_PADDING = 2  # so that every window sees a pixel
OUTPUTS_IN_A_TURN = 4  # an even number: with stride 1, outputs alternate between two registers
POSITIONS = 3  # a window's columns


@dataclass(frozen=True, eq=False)
class Depthwise3x3Kernel(Kernel):
    """One routine call for each image; `sizes`: the geometry, for a routine that serves any."""

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    constants: Array
    sizes: Array | None = None


class Depthwise3x3(Implementation):
    """Each output takes 15 cycles with stride 1, 19 with stride 2, where pixels are loaded that no neighbour sees."""

    op = "DEPTHWISE_CONV_2D"
    template = "dsp/depthwise_3x3"

    def applies(self, call: Call[Any], target: Target) -> bool:
        window, (*_, width, channels) = call.options.window, call.input.shape
        if window.kernel != (3, 3) or window.dilation != (1, 1) or call.output.shape[3] != channels:
            return False
        if window == SAME:
            return False  # depthwise_3x3_in_place shares its routine among layers
        if max(*window.before, *window.after) > LARGEST_PADDING:
            return False
        start, step, turns = _loop(call)
        unrolled = start + 2 * step + POSITIONS if turns else width
        reach = (2 * width + min(width, unrolled)) * channels
        return reach <= LARGEST_OFFSET and requantized(call) is not None

    def cycles(self, call: Call[Any]) -> float:
        stride: int = call.options.window.stride[1]
        each = 10.7 + 5.0 * min(stride, POSITIONS) + (0.0 if required(call).truncates else 5.0)
        return call.output.elements * each

    def kernel(self, call: Call[Any]) -> Depthwise3x3Kernel:
        return Depthwise3x3Kernel(call.input.shape, call.output.shape, packed_3x3(call))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        start, step, turns = _loop(call)
        numbers = {
            **sizes(call),
            "padding": call.input.zero_point,
            "loop_start": start,
            "loop_step": step,
            "loop_turns": turns,
            **dict(required(call).parameters),
        }
        signature = "void {symbol}(const int8_t *image, int8_t *output, const int32_t *constants)"
        return {"rows": Routine("dsp/depthwise_3x3", signature, tuple(numbers.items()))}

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return (Overlap(call.input, min(_lead(call.options.window, call.input.shape), 0) * call.input.shape[3]),)


def sizes(call: Call[Any]) -> dict[str, int]:
    """The geometry that routines know, by their parameters' names."""
    window = call.options.window
    return {
        "height": call.input.shape[1],
        "width": call.input.shape[2],
        "channels": call.input.shape[3],
        "out_height": call.output.shape[1],
        "out_width": call.output.shape[2],
        "stride_y": window.stride[0],
        "stride_x": window.stride[1],
        "top": window.before[0],
        "left": window.before[1],
    }


def _loop(call: Call[Any]) -> tuple[int, int, int]:
    """Where the loop over positions starts, how many one turn takes, and the turns; without a loop 0 turns.

    All positions of the loop are alike: the outputs that see them see no padding to the left and right.
    """
    stride, left = call.options.window.stride[1], call.options.window.before[1]
    width, outputs = call.input.shape[2], call.output.shape[2]
    step = stride * OUTPUTS_IN_A_TURN

    def is_alike(position: int) -> bool:
        seeing = [(position - column) // stride for column in range(POSITIONS) if (position - column) % stride == 0]
        return all(
            0 <= output < outputs and left <= output * stride and output * stride + POSITIONS <= left + width
            for output in seeing
        )

    positions = range(left + width)
    start = next((position for position in positions if is_alike(position)), len(positions))
    alike = len(list(takewhile(is_alike, positions[start:])))
    turns = alike // step if outputs > WIDEST_UNROLLED else 0
    return (start, step, turns) if turns > 1 else (0, step, 0)


def _lead(window: Window, image: tuple[int, ...]) -> int:
    """By how many pixels the output may start behind the input: pixel o is written before o + 1 is computed."""
    numbers = np.arange(image[0] * image[1] * image[2]).reshape(*image[:3], 1)
    first = np.stack([pixels for _, pixels in window.taps(numbers, numbers.size)]).min(axis=0).ravel()
    needed = np.minimum.accumulate(first[::-1])[::-1]
    free: Array = needed[1:] - 1 - np.arange(len(needed) - 1)
    return int(free.min(initial=0))


IMPLEMENTATION = Depthwise3x3()
