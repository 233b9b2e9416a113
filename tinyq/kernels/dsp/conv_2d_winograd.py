"""CONV_2D 3x3 with stride 1 by Winograd's F(4x4, 3x3) in exact integers: 36 products where the definition has 144.

`Y = At ((G w Gt) * (Bt x B)) A` (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, arXiv:1509.09308).
G is scaled by 24, and its last row by 6, which `At` makes up for; the results are 576 times the sums. They are computed
modulo 2**32: 576 = 64 * 9, and 9 has an inverse there, so that 64 times a sum below 2**25 comes out exactly.
Inputs count from -128, so that two of them lie in one word without a borrow between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._tile import FILL, lead_of_rows
from tinyq.kernels.dsp.requantization import DOUBLED, Requantization, requantization
from tinyq.numerics.fixed_point import wrap_int32
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.convolution import ConvOptions, weights_of
from tinyq.ops.window import Window

KERNEL_TRANSFORM = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 6]])
OUTPUT, INPUT = 4, 6  # pixels of a tile in either direction
TILES, CHANNELS = 2, 4  # at once
SCALE, KEPT = 576, 64
LARGEST_SUM = 2**25
LEAST_INPUT = -128
DEEPEST = 128  # channels: the loop over them is unrolled

_WIDEN = Routine("dsp/widen_unsigned", "void {symbol}(const int8_t *from, tinyq_int16 *to, int32_t fours)")


@dataclass(frozen=True, eq=False)
class WinogradKernel(Kernel):
    """What the template sees.

    Attributes:
        weights: int16 [groups, 36, input channels / 2, 4, 2], transformed.
        constants: int32 [groups, 4, 4]: bias, multiplier, offset, word of shifts.
        row: int16 numbers of a row of the padded image.
        padding_value: counted from -128.
        whole: whether all tiles lie in the image.
    """

    weights: Array
    constants: Array
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int
    row: int
    whole: bool


class Conv2DWinograd(Implementation):
    """Channels come in fours. The transformed kernels take four times as much flash, and more than four scratch."""

    op = "CONV_2D"
    template = "dsp/conv_2d_winograd"

    def applies(self, call: Call[ConvOptions], target: Target) -> bool:
        if target.optimize != "speed" or not _has_shape(call):
            return False
        back = _back(call)  # takes a search
        return back is not None and (back.truncates or bool((back.largest < LARGEST_SUM).all()))

    def cycles(self, call: Call[ConvOptions]) -> float:
        batch, height, width, channels = call.output.shape
        depth = call.input.shape[3]
        tiles = batch * -(-height // OUTPUT) * -(-width // (OUTPUT * TILES))
        once = TILES * depth / 2 * 370
        group = 36 * (8 * depth + 20) + TILES * CHANNELS * 340
        return tiles * (once + channels / CHANNELS * group) + call.input.elements * 3

    def kernel(self, call: Call[ConvOptions]) -> WinogradKernel:
        return WinogradKernel(
            weights=_transformed(weights_of(call)),
            constants=_constants(call),
            window=call.options.window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point - LEAST_INPUT,
            row=_row(call),
            whole=_is_whole(call),
        )

    def routines(self, call: Call[ConvOptions]) -> Mapping[str, Routine]:
        back = _back(call)
        assert back is not None
        pairs = ("pairs", call.input.shape[3] // 2)
        inputs = "void {symbol}(const tinyq_int16 *pixels, tinyq_int16 *results, int32_t row_bytes)"
        products = "void {symbol}(const tinyq_int16 *inputs, const int16_t *weights, tinyq_int32 *results)"
        outputs = (
            "void {symbol}(const tinyq_int32 *products, const int32_t *constants, int8_t *output, int32_t row_bytes)"
        )
        return {
            "fill": FILL,
            "widen": _WIDEN,
            "input": Routine("dsp/winograd_input", inputs, (pairs,)),
            "multiply": Routine("dsp/winograd_multiply", products, (pairs, ("products", INPUT * INPUT))),
            "output": Routine("dsp/winograd_output", outputs, (("channels", call.output.shape[3]), *back.parameters)),
        }

    def scratch_bytes(self, call: Call[ConvOptions]) -> int:
        transformed = INPUT * INPUT * TILES * 2 * call.input.shape[3]
        products = INPUT * INPUT * TILES * CHANNELS * 4
        aside = 0 if _is_whole(call) else OUTPUT * OUTPUT * TILES * call.output.shape[3]
        return 2 * INPUT * _row(call) + transformed + products + aside

    def overlaps(self, call: Call[ConvOptions]) -> tuple[Overlap, ...]:
        return (Overlap(call.input, lead_of_rows(call, OUTPUT)),)


def _has_shape(call: Call[ConvOptions]) -> bool:
    window, depth, channels = call.options.window, call.input.shape[3], call.output.shape[3]
    return (
        (window.kernel, window.stride, window.dilation) == ((3, 3), (1, 1), (1, 1))
        and call.tensor(WEIGHTS).shape[3] == depth <= DEEPEST
        and depth % CHANNELS == channels % CHANNELS == 0
        and OUTPUT * channels < 2**12
    )


def _row(call: Call[Any]) -> int:
    tiles = -(-call.output.shape[2] // (OUTPUT * TILES))
    columns = max(call.options.window.before[1] + call.input.shape[2], OUTPUT * TILES * tiles + INPUT - OUTPUT)
    return int(columns * call.input.shape[3])


def _is_whole(call: Call[Any]) -> bool:
    _, height, width, _ = call.output.shape
    return bool(height % OUTPUT == 0 and width % (OUTPUT * TILES) == 0)


def _transformed(weights: Array) -> Array:
    """int16 [groups, 36, pairs, 4, 2]; a pair is of channels 4 i and 4 i + 2, or 4 i + 1 and 4 i + 3."""
    channels, *_, depth = weights.shape
    kernels = np.einsum("ai,cijd,bj->cabd", KERNEL_TRANSFORM, weights.astype(np.int64), KERNEL_TRANSFORM)
    split = kernels.reshape(channels // CHANNELS, CHANNELS, INPUT * INPUT, depth // 4, 2, 2)
    # [group, channel, product, four, half, pair] to [group, product, four, pair, channel, half]
    ordered = split.transpose(0, 2, 3, 5, 1, 4).astype(np.int16)
    transformed: Array = ordered.reshape(channels // CHANNELS, INPUT * INPUT, -1, CHANNELS, 2)
    return transformed


def _back(call: Call[Any]) -> Requantization | None:
    return requantization(call, gains=(KEPT,))


def _constants(call: Call[Any]) -> Array:
    back = _back(call)
    assert back is not None
    times = SCALE // (KEPT if back.truncates else DOUBLED)
    sums = weights_of(call).astype(np.int64).sum(axis=(1, 2, 3))
    biases = times * back.starts.astype(np.int64) + SCALE * LEAST_INPUT * sums
    rows = np.stack([biases, back.multipliers, back.offsets, back.shifts], axis=1)
    return wrap_int32(rows).astype(np.int32).reshape(-1, CHANNELS, 4)


IMPLEMENTATION = Conv2DWinograd()
