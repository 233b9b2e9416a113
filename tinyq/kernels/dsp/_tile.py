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
from tinyq.kernels.dsp.requantization import BY_REGISTER, Requantization, folded_bias, requantization
from tinyq.numerics.fixed_point import wrap_int32
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.convolution import weights_of

PIXELS, CHANNELS = 2, 4
GAIN = 256  # of the odd channels, which the even ones get by a shift
LARGEST_SUM = 2**23  # 256 times a sum, kept modulo 2**32
SHARED_SHIFT = 10  # of the truncating form, where a routine has the other one as well
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
    back, weights = _back(call), weights_of(call).astype(np.int64)
    odd, even = weights[1::2], weights[: len(weights) // 2 * 2 : 2]
    return (
        call.tensor(WEIGHTS).shape[3] == call.input.shape[3]
        and call.options.window.dilation == (1, 1)
        and bool((odd * 256 + even >= -(2**15)).all())
        and back is not None
        and (back.truncates or bool((back.largest < LARGEST_SUM).all()))
    )


def tile_routine(call: Call[Any], tile: Tile) -> Routine:
    """The routine that computes tiles of `call`."""
    back = _back(call)
    assert back is not None
    return Routine(
        "dsp/convolution_tiles",
        "void {symbol}(const tinyq_int16 *pixels, const int32_t *offsets, const int32_t *weights, int8_t *output, "
        "int32_t tiles, int32_t blocks, int32_t groups, int32_t second, int32_t tail)",
        (
            ("taps", tile.taps),
            ("unit", tile.unit),
            ("shift", tile.shift),
            ("pitch", tile.pitch),
            ("apart", tile.apart),
            ("advance", tile.advance),
            ("unrolled", tile.blocks if tile.is_unrolled else 0),
            *_forms(back, tile),
        ),
    )


def constants_of(call: Call[Any], tile: Tile, weights: Array) -> Array:
    """All constants of `call` as int32, in the order in which the routine reads them.

    Args:
        call: a convolution.
        tile: its tile.
        weights: integers [channels, blocks, taps, 2], the last axis being the two inputs of a word.
    """
    back = _back(call)
    assert back is not None
    groups = -(-len(weights) // CHANNELS)
    ordered = _grouped(weights)[:, :, :, tile.order()].reshape(groups, CHANNELS, -1, 2)
    halves = ordered[:, 1::2] * 256 + ordered[:, 0::2]  # [groups, 2, words, 2]
    words = (halves[..., 1] * 65536 + halves[..., 0] % 65536).swapaxes(1, 2)
    starts, ends = _around(call, back, tile)
    parts = [part.reshape(groups, -1) for part in (starts, words, ends)]
    return wrap_int32(np.concatenate(parts, axis=1)).astype(np.int32).ravel()


def _back(call: Call[Any]) -> Requantization | None:
    return requantization(call, gains=(GAIN,))


def tail_bytes(call: Call[Any], tile: Tile) -> int:
    """Bytes of constants behind the weights of four channels."""
    back = _back(call)
    assert back is not None
    return 24 if back.truncates else 16 * _columns(back, tile)


def _columns(back: Requantization, tile: Tile) -> int:
    """Words for each channel of the rounding form: multiplier, offset, and shifts where code does not hold them."""
    return 3 if back.by_register or _has_both_forms(back, tile) else 2


def _has_both_forms(back: Requantization, tile: Tile) -> bool:
    """Whether layers with an activation and layers without one share the routine: it is long where blocks are."""
    found = dict(back.parameters)
    usual = (found["requantize_mixed"], found["low"], found["high"]) == (0, -128, 127)
    shared = found["requantize_shift"] == SHARED_SHIFT if back.truncates else found["requantize_shift"] != 0
    return not tile.is_unrolled and usual and shared


def _forms(back: Requantization, tile: Tile) -> tuple[tuple[str, int], ...]:
    """Parameters: the shift of the truncating form or 0, whether there is the rounding one, and what that one needs."""
    if _has_both_forms(back, tile):
        changed = {**dict(back.parameters), "requantize_truncates": 0, "requantize_shift": BY_REGISTER}
        return (("truncating", SHARED_SHIFT), ("rounding", 1), *changed.items())
    shift = dict(back.parameters)["requantize_shift"] if back.truncates else 0
    return (("truncating", shift), ("rounding", int(not back.truncates)), *back.parameters)


def _grouped(values: Array) -> Array:
    """int64 [groups, 4, ...] of values [channels, ...], with zeros at the end."""
    edges = [(0, -len(values) % CHANNELS), *[(0, 0)] * (values.ndim - 1)]
    return np.pad(values.astype(np.int64), edges).reshape(-1, CHANNELS, *values.shape[1:])


def _around(call: Call[Any], back: Requantization, tile: Tile) -> tuple[Array, Array]:
    """What stands before the weights of each group, the starts of its sums, and what stands behind them."""
    starts, multipliers = _grouped(back.starts), _grouped(back.multipliers)
    even, odd = np.s_[:, 0::2], np.s_[:, 1::2]
    if back.truncates:
        bias = _grouped(folded_bias(call))
        ends = np.stack([multipliers[odd], multipliers[even], starts[even] - GAIN * bias[even]], axis=2)
        return np.stack([starts[odd] + bias[even], bias[even]], axis=2), ends
    bias = starts // 2
    columns = [multipliers, _grouped(back.offsets), _grouped(back.shifts)][: _columns(back, tile)]
    swapped = np.stack(columns, axis=2)[:, [1, 0, 3, 2]]
    return np.stack([GAIN * bias[odd] + bias[even], bias[even]], axis=2), swapped


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
