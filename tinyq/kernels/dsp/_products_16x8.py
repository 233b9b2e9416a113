"""Two pixels by four channels of 16x8: int16 inputs in pairs, two products an instruction, sums of 32 bits.

A word of weights holds, for a pair of inputs, those of two channels: bytes 0 and 2 of the first channel, 1 and 3 of the
second, as SXTB16 takes them apart. The way back is that of `tinyq_scale_wide_down`: SMULWB, a shift that rounds, SSAT.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Routine
from tinyq.numerics.fixed_point import INT32_MAX
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import WEIGHTS, bias_of, is_wide, largest_sums, weights_by_channel
from tinyq.ops.output_stage import output_stage
from tinyq.ops.window import Window

CHANNELS, PIXELS = 4, 2
REACH = 4095  # bytes: the largest offset in a load
UNROLLED = 8  # words


@dataclass(frozen=True, eq=False)
class ProductsKernel(Kernel):
    """What the template sees: an image, a window over it, and the constants of groups of four channels.

    Attributes:
        stream: int32, for each group the biases, the weights and the scalings.
        words: pairs of inputs that a pixel sees.
        group: words of the stream that belong to a group.
        at_once: pixels; only an image of one pixel is taken alone.
    """

    stream: Array
    words: int
    group: int
    at_once: int
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int = 0


def can_run(call: Call[Any]) -> bool:
    """Whether there are four channels, sums of 32 bits suffice, and products may lose their lowest 16 bits."""
    channels = call.output.shape[-1]
    return (
        channels >= CHANNELS
        and is_wide(call)
        and bool(largest_sums(call, channels).max() <= INT32_MAX)
        and bool(output_stage(call, channels).shifts.min() > 16)
    )


def fits(call: Call[Any], pixels: int) -> bool:
    """Whether the routine can run, and its loads reach the second pixel."""
    return can_run(call) and (pixels == 1 or 4 * words_of(call) <= REACH)


def words_of(call: Call[Any]) -> int:
    """Pairs of inputs that an output sees."""
    weights = call.tensor(WEIGHTS)
    return -(-weights.elements // weights.shape[0] // 2)


def gathered_bytes(call: Call[Any], pixels: int) -> int:
    """Of what two pixels see, one after the other; outputs of no pixel lie behind it."""
    return 4 * words_of(call) * min(pixels, PIXELS) + (2 * CHANNELS if pixels % PIXELS else 0)


def cycles_of(call: Call[Any], pixels: int) -> float:
    """Of all sums, on a Cortex-M4."""
    groups, words, at_once = -(-call.output.shape[-1] // CHANNELS), words_of(call), min(pixels, PIXELS)
    return -(-pixels // at_once) * groups * ((10 + 4 * at_once) * words + 5 * words / UNROLLED + 40 + 30 * at_once)


def products_kernel(
    call: Call[Any], window: Window, input_shape: tuple[int, ...], output_shape: tuple[int, ...]
) -> ProductsKernel:
    """For an input and an output of these shapes."""
    words = words_of(call)
    at_once = min(int(np.prod(output_shape[:3])), PIXELS)
    return ProductsKernel(
        _stream(call, words), words, 2 * CHANNELS + 2 * words, at_once, window, input_shape, output_shape
    )


def products_routines(call: Call[Any], pixels: int) -> Mapping[str, Routine]:
    """The routine that computes a tile."""
    stage, words = output_stage(call, call.output.shape[-1]), words_of(call)
    parameters = (("words", words), ("pixels", min(pixels, PIXELS)), ("low", stage.low), ("high", stage.high))
    signature = "void {symbol}(const int16_t *inputs, const int32_t *constants, int16_t *first, int16_t *second)"
    return {"tile": Routine("dsp/products_16x8", signature, parameters)}


def scalings(call: Call[Any]) -> Array:
    """int64 [channels]: the multiplier in the lower half, and in the upper one the shift beyond 17."""
    stage = output_stage(call, call.output.shape[-1])
    return stage.multipliers.astype(np.int64) + 65536 * (stage.shifts.astype(np.int64) - 17)


def _stream(call: Call[Any], words: int) -> Array:
    """The last group begins where four channels are left: some of them are computed twice."""
    weights = weights_by_channel(call)
    channels = len(weights)
    bias, scaling = bias_of(call, channels), scalings(call)
    padded = np.pad(weights, ((0, 0), (0, 2 * words - weights.shape[1]))) & 0xFF
    pairs = padded.reshape(channels, words, 2)
    halves = pairs[..., 0] + 65536 * pairs[..., 1]  # of one channel, in bytes 0 and 2
    groups = []
    for start in (min(first, channels - CHANNELS) for first in range(0, channels, CHANNELS)):
        four = slice(start, start + CHANNELS)
        packed = halves[four][0::2] + 256 * halves[four][1::2]  # [2, words]
        groups += [bias[four], packed.T.ravel(), scaling[four]]
    return np.concatenate(groups).astype(np.uint64).astype(np.uint32).view(np.int32)
