"""How a pointwise layer is split up: slabs and tiles of pixels, chunks of input channels, pairs of output channels."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Routine

SLAB_BYTES = 2600  # 20 pixels of 64 channels
PIXELS = 4  # of a tile
REGISTERS = 32  # s0 to s31 hold a pair's weights
WORD_BYTES = 42  # of code for a word of inputs
SHARING_CYCLES = 16  # of a tile, for a routine that serves any number of input channels
WORTH = 10.0  # cycles for a byte of code, where neither speed nor size counts most
WIDEN_ANY = Routine(
    "dsp/pointwise_widen_of_any_depth",
    "void {symbol}(const int8_t *from, tinyq_int32 *to, int32_t tiles, int32_t offset, int32_t advance,"
    " int32_t channels, int32_t step)",
)
LARGEST_STEP = 4095 // (PIXELS - 1)  # an offset of LDR and STRB


@dataclass(frozen=True)
class PointwisePlan:
    """How the pixels are split up.

    Attributes:
        inputs: channels.
        outputs: channels.
        images, rows: the loops over pixels that do not follow one another.
        image_bytes, row_bytes: from one to the next in the input.
        pixels: of a row.
        step: bytes from one pixel to the next in the input.
        slab_bytes: about how much scratch may be used.
        worth: cycles for a byte of code: infinite where routines for any number of input channels must do.
    """

    inputs: int
    outputs: int
    images: int
    image_bytes: int
    rows: int
    row_bytes: int
    pixels: int
    step: int
    slab_bytes: int
    worth: float = WORTH

    @property
    def fits(self) -> bool:
        """Whether there are enough pixels and channels, and not too many."""
        return self.pixels >= PIXELS and self.outputs >= 2 and max(self.step, self.outputs + 1) <= LARGEST_STEP

    @property
    def chunks(self) -> int:
        """Into so many the input channels are split, so that the weights of each fit into the registers."""
        return -(-self.inputs // (2 * REGISTERS))

    @property
    def words(self) -> int:
        """Of a chunk; words of two input channels."""
        if self.chunks == 1:
            return 2 * (self.inputs // 4) + (self.inputs % 4 + 1) // 2
        return 2 * -(-self.inputs // (4 * self.chunks))

    @property
    def last_channels(self) -> int:
        """Input channels of the last chunk."""
        return self.inputs - 2 * self.words * (self.chunks - 1)

    @property
    def tiles(self) -> int:
        """Of a slab. The last slab is not a lone tile that was moved back: its inputs may be overwritten by then."""
        tile_bytes = 4 * (PIXELS * self.words * self.chunks + 1) + (32 if self.chunks > 1 else 0)
        most = max(2, self.slab_bytes // tile_bytes)
        least = -(-self._all_tiles // -(-self._all_tiles // most))
        return next(tiles for tiles in range(least, self._all_tiles + 1) if self._suits(tiles))

    def _suits(self, tiles: int) -> bool:
        return self.pixels % PIXELS == 0 or self._all_tiles <= tiles or self._all_tiles % tiles != 1

    @property
    def _all_tiles(self) -> int:
        return -(-self.pixels // PIXELS)

    @property
    def slabs(self) -> int:
        """Of a row."""
        return -(-self._all_tiles // self.tiles)

    @property
    def last_tiles(self) -> int:
        """Of the last slab of a row."""
        return self._all_tiles - (self.slabs - 1) * self.tiles

    @property
    def last_pixels(self) -> int:
        """Of the last slab of a row."""
        return self.pixels - (self.slabs - 1) * self.tiles * PIXELS

    @property
    def slab_words(self) -> int:
        """int32 words of the widened inputs of a slab."""
        return min(self.tiles, self._all_tiles) * (PIXELS * self.words * self.chunks + 1)

    @property
    def scratch_bytes(self) -> int:
        """Widened inputs, and sums between one chunk and the next."""
        return 4 * self.slab_words + (32 * min(self.tiles, self._all_tiles) if self.chunks > 1 else 0)

    @property
    def pairs(self) -> int:
        """Of output channels."""
        return -(-self.outputs // 2)

    @property
    def lead(self) -> int:
        """How far after the input the output may start: a slab's outputs must not reach what later slabs read."""
        lines = [(image, row) for image in range(self.images) for row in range(self.rows)]
        starts = [image * self.image_bytes + row * self.row_bytes for image, row in lines]
        ends = [min((number + 1) * self.tiles * PIXELS, self.pixels) for number in range(self.slabs)]
        read = [start + end * self.step for start in starts for end in ends[:-1]] + starts[1:]
        written = [(line * self.pixels + end) for line in range(len(lines)) for end in ends[:-1]]
        written += [line * self.pixels for line in range(1, len(lines))]
        leads = [before - after * self.outputs for before, after in zip(read, written, strict=True)]
        return int(min(leads, default=self.row_bytes))

    @property
    def shares(self) -> bool:
        """Whether it runs by the routine for any number of input channels: its own would save too little."""
        saved = SHARING_CYCLES * self.images * self.rows * self._all_tiles * self.pairs
        return self.chunks == 1 and saved < self.worth * WORD_BYTES * self.words

    @property
    def shares_widening(self) -> bool:
        """Whether its inputs are widened by the routine for any number of them, too."""
        return self.shares and math.isinf(self.worth)

    @property
    def order(self) -> Array:
        """int64 [chunks * words, 2]: the input channels of both halves of each word; -1 where there is none."""
        pairs: list[tuple[int, int]] = []
        for chunk in range(self.chunks):
            start = chunk * 2 * self.words
            channels = 2 * self.words if chunk < self.chunks - 1 else self.last_channels
            end = start + channels // 4 * 4
            pairs += [pair for four in range(start, end, 4) for pair in ((four, four + 2), (four + 1, four + 3))]
            pairs += [(end, end + 1)] if channels % 4 > 1 else []
            pairs += [(start + channels - 1, -1)] if channels % 2 else []
            pairs += [(-1, -1)] * ((chunk + 1) * self.words - len(pairs))
        return np.array(pairs, np.int64)

    def cycles(self, *, truncates: bool) -> float:
        """On a Cortex-M4."""
        tiles = self.images * self.rows * self._all_tiles
        slabs = self.images * self.rows * self.slabs
        finish = 46 if truncates else 76
        chunk = 15 * self.words + (24 if self.chunks > 1 else SHARING_CYCLES if self.shares else 0)
        widening = 6 * self.words + 12
        return (
            self.pairs * (tiles * (self.chunks * chunk + finish) + slabs * (self.words + 40))
            + tiles * self.chunks * widening
            + slabs * 120
        )

    def routines(self, requantization: tuple[tuple[str, int], ...]) -> Mapping[str, Routine]:
        """Those that the C function calls; `requantization` are its parameters."""
        before = {"widen": self._widen(2 * self.words, last=0)} if self.chunks > 1 else {}
        return before | {
            "widen_last": WIDEN_ANY if self.shares_widening else self._widen(self.last_channels, last=1),
            "pairs": self._pairs(requantization),
        }

    def _pairs(self, requantization: tuple[tuple[str, int], ...]) -> Routine:
        parameters = "const tinyq_int32 *inputs, const int32_t *stream, int8_t *output, int32_t tiles, int32_t pairs"
        if self.shares:
            signature = f"void {{symbol}}({parameters}, int32_t words, int32_t pitch)"
            return Routine("dsp/pointwise_pairs_of_any_depth", signature, requantization)
        shape = (("words", self.words), ("chunks", self.chunks), ("pitch", self.outputs))
        return Routine(
            "dsp/pointwise_pairs", f"void {{symbol}}({parameters}, tinyq_int32 *sums)", (*shape, *requantization)
        )

    def _widen(self, channels: int, last: int) -> Routine:
        return Routine(
            "dsp/pointwise_widen",
            "void {symbol}(const int8_t *from, tinyq_int32 *to, int32_t tiles, int32_t offset, int32_t advance)",
            (("channels", channels), ("step", self.step), ("words", self.words), ("last", last)),
        )
