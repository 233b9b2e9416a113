"""CONV_2D of any kernel size: tiles of two pixels and four channels over a ring of int16 rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._tile import (
    CHANNELS,
    FILL,
    PIXELS,
    WIDEN,
    Tile,
    constants_of,
    is_exact,
    lead_of_rows,
    tail_bytes,
    tile_routine,
)
from tinyq.ops import Call, Kernel
from tinyq.ops.convolution import ConvOptions, weights_of
from tinyq.ops.window import Window

LARGEST_UNIT = 12  # words of a pixel that the routine takes at once: 3 columns of them are 2 KB of code


@dataclass(frozen=True)
class Ring:
    """The rows of the image as int16, as many as the kernel has, each in `parts` parts of equal channels.

    Attributes:
        parts: of a row, one after the other.
        part: int16 numbers of a part with its copy; even.
        shifted: numbers from a part to its copy that lies half a word further; 0 where there is none.
        channels: of a part.
    """

    parts: int
    part: int
    shifted: int
    channels: int

    @property
    def row(self) -> int:
        """int16 numbers of a row."""
        return self.parts * self.part

    def offsets(self, rows: int) -> Array:
        """int32 byte offsets of the parts; the parts of any `rows` neighbours follow each other."""
        starts = [
            (row % rows * self.parts + part) * self.part for row in range(2 * rows - 1) for part in range(self.parts)
        ]
        return 2 * np.array(starts, np.int32)


@dataclass(frozen=True, eq=False)
class RingKernel(Kernel):
    """What the template sees: the ring, and how tiles lie in it.

    Attributes:
        advance: int16 numbers from tile to tile.
        blocks: of a tile.
        groups: of four output channels.
        tail: bytes of constants behind the weights of a group.
    """

    stream: Array
    offsets: Array
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int
    ring: Ring
    advance: int
    blocks: int
    groups: int
    tail: int


class Conv2D(Implementation):
    """A row of the kernel is one stretch of memory in a row of the ring, whatever the number of channels."""

    op = "CONV_2D"
    template = "dsp/conv_2d"

    def applies(self, call: Call[ConvOptions], target: Target) -> bool:
        return is_exact(call) and _tile(call).fits

    def cycles(self, call: Call[ConvOptions]) -> float:
        batch, height, width, channels = call.output.shape
        tiles = batch * height * -(-width // PIXELS) * -(-channels // CHANNELS)
        return tiles * _tile(call).cycles() + call.input.elements * 2.5

    def kernel(self, call: Call[ConvOptions]) -> RingKernel:
        tile, ring = _tile(call), _ring(call)
        return RingKernel(
            stream=constants_of(call, tile, words_of(weights_of(call), ring.parts)),
            offsets=ring.offsets(call.options.window.kernel[0]),
            window=call.options.window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point,
            ring=ring,
            advance=tile.advance // 2,
            blocks=tile.blocks,
            groups=-(-call.output.shape[3] // CHANNELS),
            tail=tail_bytes(call, tile),
        )

    def routines(self, call: Call[ConvOptions]) -> Mapping[str, Routine]:
        return {"widen": WIDEN, "fill": FILL, "tiles": tile_routine(call, _tile(call))}

    def scratch_bytes(self, call: Call[ConvOptions]) -> int:
        _, _, width, channels = call.output.shape
        ring = 2 * call.options.window.kernel[0] * _ring(call).row
        aside = PIXELS * -(-channels // CHANNELS) * CHANNELS if channels % CHANNELS or width % PIXELS else 0
        return ring + aside

    def overlaps(self, call: Call[ConvOptions]) -> tuple[Overlap, ...]:
        return (Overlap(call.input, lead_of_rows(call, 1)),)


def _ring(call: Call[Any]) -> Ring:
    window, (_, _, width, channels) = call.options.window, call.input.shape
    parts = parts_of(channels)
    tiles = -(-call.output.shape[2] // PIXELS)
    seen = (PIXELS * tiles - 1) * window.stride[1] + window.kernel[1]
    columns = max(window.before[1] + width, seen)
    numbers = columns * channels // parts
    numbers += 2 - numbers % 2
    # Where the second pixel lies half a word beside the first, it reads a copy of the row that lies half a word on.
    shifted = numbers + 1 if channels * window.stride[1] % 2 else 0
    return Ring(parts, numbers * 2 + 2 if shifted else numbers, shifted, channels // parts)


def parts_of(channels: int) -> int:
    """Into how many parts the words of a pixel are split, so that one routine serves many numbers of channels."""
    words = channels // 2
    return 1 if channels % 2 else words // max(unit for unit in range(1, LARGEST_UNIT + 1) if words % unit == 0)


def _tile(call: Call[Any]) -> Tile:
    rows, columns = call.options.window.kernel
    ring = _ring(call)
    taps = -(-columns * ring.channels // 2)
    step = 2 * ring.channels * call.options.window.stride[1]
    return Tile(
        taps=taps,
        unit=taps if ring.channels % 2 else ring.channels // 2,
        pitch=4,
        apart=step + 2 * ring.shifted,
        advance=PIXELS * step,
        blocks=rows * ring.parts,
    )


def words_of(weights: Array, parts: int) -> Array:
    """Weights [channels, rows, columns, depth] as [channels, blocks, taps, 2], an odd number of them with a zero."""
    channels, rows, columns, depth = weights.shape
    split = weights.reshape(channels, rows, columns, parts, depth // parts).swapaxes(2, 3)
    flat = split.reshape(channels, rows * parts, -1)
    return np.pad(flat, [(0, 0), (0, 0), (0, flat.shape[2] % 2)]).reshape(channels, rows * parts, -1, 2)


IMPLEMENTATION = Conv2D()
