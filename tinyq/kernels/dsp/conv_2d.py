"""CONV_2D of any kernel size: tiles of two pixels and four channels over a ring of int16 rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._rescaling import rescaling
from tinyq.kernels.dsp._tile import CHANNELS, PIXELS, Tile, holds
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import WEIGHTS, input_offset, output_stage
from tinyq.ops.convolution import ConvOptions, weights_of
from tinyq.ops.window import Window

_WIDEN = Routine("dsp/widen", "void {symbol}(const int8_t *from, tinyq_int16 *to, int32_t count)")


@dataclass(frozen=True, eq=False)
class RingKernel(Kernel):
    """What the template sees.

    Attributes:
        row: int16 numbers of a row of the ring.
        shifted: numbers from a row to its copy that lies half a word further; 0 where there is none.
        parts: blocks of a row.
        whole: whether tiles write straight to the output.
    """

    stream: Array
    offsets: Array
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int
    row: int
    shifted: int
    parts: int
    advance: int
    groups: int
    whole: bool


class Conv2D(Implementation):
    """A row of the kernel is one stretch of memory in a row of the ring, whatever the number of channels."""

    op = "CONV_2D"
    template = "dsp/conv_2d"

    def applies(self, call: Call[ConvOptions], target: Target) -> bool:
        window, way_back = call.options.window, rescaling(call)
        return (
            input_offset(call) == 0
            and call.tensor(WEIGHTS).shape[3] == call.input.shape[3]
            and window.dilation == (1, 1)
            and _tile(call).fits
            and way_back is not None
            and holds(weights_of(call), way_back)
        )

    def cycles(self, call: Call[ConvOptions]) -> float:
        batch, height, width, channels = call.output.shape
        tiles = batch * height * -(-width // PIXELS) * -(-channels // CHANNELS)
        return tiles * _tile(call).cycles() + call.input.elements * 2.5

    def kernel(self, call: Call[ConvOptions]) -> RingKernel:
        tile, way_back = _tile(call), rescaling(call)
        assert way_back is not None
        weights = weights_of(call)
        flat = weights.reshape(*weights.shape[:2], -1)
        even = np.pad(flat, [(0, 0), (0, 0), (0, flat.shape[2] % 2)])
        return RingKernel(
            stream=tile.stream(even.reshape(*even.shape[:2], -1, 2), way_back),
            offsets=tile.offsets(2 * _slot(call), cyclic=True),
            window=call.options.window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point,
            row=_slot(call),
            shifted=_shifted(call),
            parts=tile.parts,
            advance=tile.advance // 2,
            groups=-(-call.output.shape[3] // CHANNELS),
            whole=call.output.shape[3] % CHANNELS == 0,
        )

    def routines(self, call: Call[ConvOptions]) -> Mapping[str, Routine]:
        stage = output_stage(call, call.output.shape[3])
        return {"widen": _WIDEN, "tiles": _tile(call).routine(stage.low, stage.high)}

    def scratch_bytes(self, call: Call[ConvOptions]) -> int:
        _, _, width, channels = call.output.shape
        ring = 2 * call.options.window.kernel[0] * _slot(call)
        aside = PIXELS * -(-channels // CHANNELS) * CHANNELS if channels % CHANNELS or width % PIXELS else 0
        return ring + aside

    def overlaps(self, call: Call[ConvOptions]) -> tuple[Overlap, ...]:
        return (Overlap(call.input, _lead(call)),)


def _row(call: Call[Any]) -> int:
    """int16 numbers of a row of the padded image, as far as tiles read it; even."""
    window, (_, _, width, channels) = call.options.window, call.input.shape
    tiles = -(-call.output.shape[2] // PIXELS)
    seen = (PIXELS * tiles - 1) * window.stride[1] + window.kernel[1]
    columns = max(window.before[1] + width, seen)
    return columns * channels + 2 - columns * channels % 2


def _shifted(call: Call[Any]) -> int:
    """Where the second pixel lies half a word beside the first, it reads a copy of the row that lies half a word on."""
    return _row(call) + 1 if call.input.shape[3] * call.options.window.stride[1] % 2 else 0


def _slot(call: Call[Any]) -> int:
    """int16 numbers of a row with its copy; even."""
    return _row(call) * 2 + 2 if _shifted(call) else _row(call)


def _tile(call: Call[Any]) -> Tile:
    rows, columns = call.options.window.kernel
    channels = call.input.shape[3]
    step = 2 * channels * call.options.window.stride[1]
    return Tile(
        rows=rows,
        taps=-(-columns * channels // 2),
        pitch=4,
        apart=step + 2 * _shifted(call),
        advance=PIXELS * step,
    )


def _lead(call: Call[Any]) -> int:
    """Row `y` of the output is written once the ring holds all rows of the input that rows up to `y` see."""
    window = call.options.window
    batch, height, width, channels = call.output.shape
    _, rows, *rest = call.input.shape
    row_bytes = int(np.prod(rest))
    leads = [call.input.bytes]
    for image in range(batch):
        for y in range(height):
            read = min(rows, max(0, y * window.stride[0] + window.kernel[0] - window.before[0]))
            written = (image * height + y + 1) * width * channels
            if image * rows + read < batch * rows:
                leads.append((image * rows + read) * row_bytes - written)
    return min(leads)


IMPLEMENTATION = Conv2D()
