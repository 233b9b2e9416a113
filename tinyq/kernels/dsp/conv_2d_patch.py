"""CONV_2D by tiles of two pixels over the inputs that these two see: for where RAM counts most."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._tile import CHANNELS, FILL, WIDEN, Tile, constants_of, is_exact, tail_bytes, tile_routine
from tinyq.kernels.dsp.conv_2d import parts_of, words_of
from tinyq.ops import Call, Kernel
from tinyq.ops.convolution import ConvOptions, weights_of
from tinyq.ops.window import Window


@dataclass(frozen=True)
class Patch:
    """The inputs under a tile as int16: for each row of the kernel `parts` parts, each with `columns` columns.

    Attributes:
        channels: of a part.
        part: int16 numbers of a part; even.
        bytes: of the patch.
    """

    columns: int
    parts: int
    channels: int
    part: int
    bytes: int


@dataclass(frozen=True, eq=False)
class PatchKernel(Kernel):
    """What the template sees.

    Attributes:
        pixels: that a tile computes.
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
    patch: Patch
    pixels: int
    blocks: int
    groups: int
    tail: int


@dataclass(frozen=True)
class Conv2DPatch(Implementation):
    """Columns that the next tile sees as well move to the left in the patch, and are read once.

    Attributes:
        pixels: of a tile; a single one is computed twice, which takes half of the room.
    """

    pixels: int
    op = "CONV_2D"
    template = "dsp/conv_2d_patch"

    def applies(self, call: Call[ConvOptions], target: Target) -> bool:
        *_, width, channels = call.output.shape
        return (
            target.optimize == "ram"
            and is_exact(call)
            and channels % CHANNELS == 0
            and width >= self.pixels
            and (self.pixels == 1 or call.input.shape[3] * call.options.window.stride[1] % 2 == 0)
            and self._tile(call).fits
        )

    def cycles(self, call: Call[ConvOptions]) -> float:
        batch, height, width, channels = call.output.shape
        patch, rows = self._patch(call), call.options.window.kernel[0]
        gathered = rows * patch.parts * (200 + 1.5 * min(patch.columns, self._step(call)) * patch.channels)
        return batch * height * -(-width // self.pixels) * (channels / CHANNELS * self._tile(call).cycles() + gathered)

    def kernel(self, call: Call[ConvOptions]) -> PatchKernel:
        patch, tile = self._patch(call), self._tile(call)
        return PatchKernel(
            stream=constants_of(call, tile, words_of(weights_of(call), patch.parts)),
            offsets=2 * patch.part * np.arange(tile.blocks, dtype=np.int32),
            window=call.options.window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point,
            patch=patch,
            pixels=self.pixels,
            blocks=tile.blocks,
            groups=call.output.shape[3] // CHANNELS,
            tail=tail_bytes(call, tile),
        )

    def routines(self, call: Call[ConvOptions]) -> Mapping[str, Routine]:
        filling = {"fill": FILL} if call.options.window.is_padded else {}
        return {"widen": WIDEN, "tiles": tile_routine(call, self._tile(call)), **filling}

    def scratch_bytes(self, call: Call[ConvOptions]) -> int:
        return self._patch(call).bytes

    def overlaps(self, call: Call[ConvOptions]) -> tuple[Overlap, ...]:
        steps = list(self._steps(call))
        lead, needed = call.input.bytes, call.input.bytes
        for read, written in reversed(steps):
            if needed < call.input.bytes:
                lead = min(lead, needed - written)
            needed = min(needed, read)
        return (Overlap(call.input, lead),)

    def _steps(self, call: Call[ConvOptions]) -> Iterator[tuple[int, int]]:
        """For each tile the first byte that it reads and the first behind those that it writes."""
        window, (batch, rows, columns, depth) = call.options.window, call.input.shape
        _, height, width, channels = call.output.shape
        seen = self._patch(call).columns
        for image in range(batch):
            for y in range(height):
                row = max(0, y * window.stride[0] - window.before[0])
                end = 0  # the columns up to here are in the patch
                for x in self._tiles(width):
                    first = x * window.stride[1] - window.before[1]
                    new = max(first, end, 0)
                    end = first + seen
                    read = ((image * rows + row) * columns + new) * depth
                    is_inside = row < rows and new < min(end, columns)
                    written = ((image * height + y) * width + x + self.pixels) * channels
                    yield read if is_inside else call.input.bytes, written

    def _tiles(self, width: int) -> list[int]:
        """The first pixels of the tiles of a row; the last tile may compute a pixel again."""
        return [min(x, width - self.pixels) for x in range(0, width, self.pixels)]

    def _step(self, call: Call[ConvOptions]) -> int:
        return self.pixels * call.options.window.stride[1]

    def _patch(self, call: Call[ConvOptions]) -> Patch:
        window, depth = call.options.window, call.input.shape[3]
        columns = (self.pixels - 1) * window.stride[1] + window.kernel[1]
        parts = parts_of(depth)
        part = columns * depth // parts
        part += part % 2
        return Patch(columns, parts, depth // parts, part, 2 * window.kernel[0] * parts * part)

    def _tile(self, call: Call[ConvOptions]) -> Tile:
        patch, (rows, columns) = self._patch(call), call.options.window.kernel
        taps = -(-columns * patch.channels // 2)
        apart = (self.pixels - 1) * 2 * patch.channels * call.options.window.stride[1]
        unit = taps if patch.channels % 2 else patch.channels // 2
        return Tile(taps=taps, unit=unit, pitch=4, apart=apart, advance=0, blocks=rows * patch.parts)


IMPLEMENTATION = Conv2DPatch(pixels=2)
