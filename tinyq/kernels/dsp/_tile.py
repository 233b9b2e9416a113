"""Two pixels by four channels: the inner loop of convolutions, its routine and its constants.

A word holds the int16 inputs of two neighbours in memory. A weight word holds for these two inputs the weights of two
channels, each half as `256 * odd + even`: SMLAD with the word itself sums 256 * odd + even, SXTB16 leaves the even
weights, and SMLAD sums those. Eight sums, two words of inputs, two of weights and two pointers fill the 14 registers.
"""

from dataclasses import dataclass

from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Routine
from tinyq.kernels.dsp._fused_rescaling import SHIFT as FUSED_SHIFT
from tinyq.kernels.dsp._fused_rescaling import fused_rescaling
from tinyq.kernels.dsp._rescaling import LARGEST_SUM, Rescaling, rescaling
from tinyq.numerics.fixed_point import wrap_int32
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS, input_offset, output_stage
from tinyq.ops.convolution import weights_of

PIXELS, CHANNELS = 2, 4
REACH = 4095  # the largest offset in a load
UNROLLED_WORDS = 24
STATE_REGISTERS = 9  # s7 to s15 may point to blocks

WIDEN = Routine(
    "dsp/widen", "void {symbol}(const int8_t *from, tinyq_int16 *to, int32_t count, int32_t pieces, int32_t step)"
)
FILL = Routine("dsp/fill", "void {symbol}(tinyq_int16 *to, int32_t value, int32_t count)")


@dataclass(frozen=True)
class Tile:
    """Which inputs a tile sees: `blocks` blocks, each of them `taps` words.

    Attributes:
        taps: words of a block.
        unit: words that belong to one column of the kernel; divides `taps`.
        pitch: bytes from one word to the next.
        apart: bytes from a word that the first pixel sees to the same one of the second pixel.
        advance: bytes from a tile to the next.
        blocks: of the kernel.
    """

    taps: int
    unit: int
    pitch: int
    apart: int
    advance: int
    blocks: int

    @property
    def shift(self) -> int:
        """After so many taps the first pixel sees what the second saw; `taps` where they never see the same."""
        taps = self.apart // self.pitch
        return taps if 0 < taps < self.taps and self.apart % (self.unit * self.pitch) == 0 else self.taps

    @property
    def is_unrolled(self) -> bool:
        """Whether the code has all blocks one after the other."""
        return self.blocks * self.taps <= UNROLLED_WORDS and self.blocks <= STATE_REGISTERS

    @property
    def fits(self) -> bool:
        """Whether the offsets of loads reach the words of a block, and that of an addition the next tile."""
        return max(self.taps * self.pitch + self.apart, 8 * self.taps, self.advance) <= REACH

    def order(self) -> list[int]:
        """The taps of a block in the order in which the routine takes them."""
        return [
            tap
            for word in range(self.unit)
            for chain in range(word, self.shift, self.unit)
            for tap in range(chain, self.taps, self.shift)
        ]

    def cycles(self) -> float:
        """Of one tile of four channels, on a Cortex-M4."""
        words = 14 * self.taps + min(self.shift, self.taps)
        return self.blocks * (words + (2 if self.is_unrolled else 12)) + 90


def is_exact(call: Call[Any]) -> bool:
    """Whether a tile computes the outputs of a convolution exactly, whatever its geometry."""
    way_back = rescaling(call)
    return (
        input_offset(call) == 0
        and call.tensor(WEIGHTS).shape[3] == call.input.shape[3]
        and call.options.window.dilation == (1, 1)
        and way_back is not None
        and _holds(weights_of(call), way_back)
    )


def tile_routine(call: Call[Any], tile: Tile) -> Routine:
    """The routine that computes tiles of `call`."""
    stage, way_back = output_stage(call, call.output.shape[3]), rescaling(call)
    fused = way_back is not None and fused_rescaling(call, way_back) is not None
    return Routine(
        "dsp/convolution_tiles",
        "void {symbol}(const tinyq_int16 *pixels, const int32_t *offsets, const int32_t *weights, int8_t *output, "
        "int32_t tiles, int32_t blocks, int32_t groups, int32_t second)",
        (
            ("taps", tile.taps),
            ("unit", tile.unit),
            ("shift", tile.shift),
            ("pitch", tile.pitch),
            ("apart", tile.apart),
            ("advance", tile.advance),
            ("unrolled", tile.blocks if tile.is_unrolled else 0),
            ("fused", FUSED_SHIFT if fused else 0),
            ("low", stage.low),
            ("high", stage.high),
        ),
    )


def constants_of(call: Call[Any], tile: Tile, weights: Array) -> Array:
    """All constants of `call` as int32, in the order in which the routine reads them.

    Args:
        call: a convolution.
        tile: its tile.
        weights: integers [channels, blocks, taps, 2], the last axis being the two inputs of a word.
    """
    way_back = rescaling(call)
    assert way_back is not None
    groups = -(-len(weights) // CHANNELS)
    missing = groups * CHANNELS - len(weights)

    def grouped(values: Array, fill: int = 0) -> Array:
        edges = [(0, missing), *[(0, 0)] * (values.ndim - 1)]
        padded = np.pad(values.astype(np.int64), edges, constant_values=fill)
        return padded.reshape(groups, CHANNELS, *values.shape[1:])

    fused = fused_rescaling(call, way_back)
    biases = grouped(way_back.biases)
    both, even = biases[:, 1::2] * 256 + biases[:, 0::2], biases[:, 0::2]
    if fused is None:
        offsets_and_shifts = grouped(way_back.offsets) * 256 + grouped(way_back.shifts, 1)
        constants = np.stack([grouped(way_back.multipliers), offsets_and_shifts], axis=2)[:, [1, 0, 3, 2]]
    else:
        multipliers, offsets = map(grouped, fused)
        both = both + offsets[:, 1::2]
        constants = np.stack([multipliers[:, 1::2], multipliers[:, 0::2], offsets[:, 0::2]], axis=2)
    ordered = grouped(weights)[:, :, :, tile.order()].reshape(groups, CHANNELS, -1, 2)
    halves = ordered[:, 1::2] * 256 + ordered[:, 0::2]  # [groups, 2, words, 2]
    words = (halves[..., 1] * 65536 + halves[..., 0] % 65536).swapaxes(1, 2)
    parts = [part.reshape(groups, -1) for part in (np.stack([both, even], axis=2), words, constants)]
    return wrap_int32(np.concatenate(parts, axis=1)).astype(np.int32).ravel()


def _holds(weights: Array, way_back: Rescaling) -> bool:
    """Whether two weights fit the half of a word, and the sums what is left beside each other.

    Args:
        weights: integers [channels, ...].
        way_back: of these channels.
    """
    odd, even = weights[1::2], weights[0 : 2 * (len(weights) // 2) : 2]
    return bool((odd.astype(np.int64) * 256 + even >= -(2**15)).all() and (way_back.largest < LARGEST_SUM).all())


def lead_of_rows(call: Call[Any], at_once: int) -> int:
    """How far the output may lie ahead where `at_once` rows of it are written as soon as their input was read."""
    window = call.options.window
    batch, height, width, channels = call.output.shape
    _, rows, columns, depth = call.input.shape
    leads = [call.input.bytes]
    for image in range(batch):
        for y in range(0, height, at_once):
            seen = (y + at_once - 1) * window.stride[0] + window.kernel[0] - window.before[0]
            read = image * rows + min(rows, max(0, seen))
            written = image * height + min(height, y + at_once)
            if read < batch * rows:
                leads.append(read * columns * depth - written * width * channels)
    return min(leads)
