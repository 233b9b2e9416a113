"""CONV_2D of small images: tiles of two pixels above each other, over the whole image as int16.

It suits outputs that are narrow, of which a tile of neighbours would lose one in five: the first layer of a keyword
spotter, 25 x 5. Rows of the kernel take the part that its columns have elsewhere.
"""

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
    tail_bytes,
    tile_routine,
)
from tinyq.ops import Call, Kernel
from tinyq.ops.convolution import ConvOptions, weights_of
from tinyq.ops.window import Window

SMALL = 2048  # bytes of scratch that are not much for any model; a quarter of the output is not either


@dataclass(frozen=True, eq=False)
class ImageKernel(Kernel):
    """What the template sees.

    Attributes:
        row: int16 numbers of a row of the padded image.
        rows: of it.
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
    row: int
    rows: int
    blocks: int
    groups: int
    tail: int


class Conv2DColumns(Implementation):
    """Pixels must start at whole words, and output channels come in fours."""

    op = "CONV_2D"
    template = "dsp/conv_2d_columns"

    def applies(self, call: Call[ConvOptions], target: Target) -> bool:
        return (
            call.input.shape[3] * call.options.window.stride[1] % 2 == 0
            and call.output.shape[3] % CHANNELS == 0
            and self.scratch_bytes(call) <= max(SMALL, call.output.bytes // 4)
            and is_exact(call)
            and _tile(call).fits
        )

    def cycles(self, call: Call[ConvOptions]) -> float:
        batch, height, width, channels = call.output.shape
        tiles = batch * width * -(-height // PIXELS) * channels // CHANNELS
        return tiles * _tile(call).cycles() + call.input.elements * 2.5 + batch * width * 40

    def kernel(self, call: Call[ConvOptions]) -> ImageKernel:
        tile, weights = _tile(call), weights_of(call)
        flat = weights.reshape(*weights.shape[:2], -1)
        words = np.pad(flat, [(0, 0), (0, 0), (0, flat.shape[2] % 2)]).reshape(*weights.shape[:2], -1, 2)
        rows, row = _image(call)
        return ImageKernel(
            stream=constants_of(call, tile, words.swapaxes(1, 2)),
            offsets=np.arange(0, 4 * tile.blocks, 4, dtype=np.int32),
            window=call.options.window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point,
            row=row,
            rows=rows,
            blocks=tile.blocks,
            groups=call.output.shape[3] // CHANNELS,
            tail=tail_bytes(call, tile),
        )

    def routines(self, call: Call[ConvOptions]) -> Mapping[str, Routine]:
        return {"widen": WIDEN, "fill": FILL, "tiles": tile_routine(call, _tile(call))}

    def scratch_bytes(self, call: Call[ConvOptions]) -> int:
        rows, row = _image(call)
        _, height, _, channels = call.output.shape
        return 2 * rows * row + (PIXELS * channels if height % PIXELS else 0)

    def overlaps(self, call: Call[ConvOptions]) -> tuple[Overlap, ...]:
        """All of an image is read before its first output is written."""
        batch, read, written = call.input.shape[0], call.input.bytes, call.output.bytes
        leads = [image * (read - written) // batch for image in range(1, batch)]
        return (Overlap(call.input, min([read, *leads])),)


def _image(call: Call[Any]) -> tuple[int, int]:
    """Rows of the padded image, and int16 numbers of a row, as far as tiles read them; a row is whole words."""
    window, (_, height, width, channels) = call.options.window, call.input.shape
    tiles = -(-call.output.shape[1] // PIXELS)
    rows = max(window.before[0] + height, (PIXELS * tiles - 1) * window.stride[0] + window.kernel[0])
    columns = max(window.before[1] + width, (call.output.shape[2] - 1) * window.stride[1] + window.kernel[1])
    return rows, columns * channels + 2 - columns * channels % 2


def _tile(call: Call[Any]) -> Tile:
    rows, columns = call.options.window.kernel
    pitch = 2 * _image(call)[1]
    apart = call.options.window.stride[0] * pitch
    words = -(-columns * call.input.shape[3] // 2)
    return Tile(taps=rows, unit=1, pitch=pitch, apart=apart, advance=PIXELS * apart, blocks=words)


IMPLEMENTATION = Conv2DColumns()
