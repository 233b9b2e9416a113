"""TRANSPOSE_CONV in float32: each output sums the input pixels that reach it row by row, channel by channel.

Source: TFLite kernels/internal/reference/transpose_conv.h, which scatters the input pixels in that order.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import sum_of
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Call, Operator
from tinyq.ops.checks import read_activation, require_shape
from tinyq.ops.convolution import check_ranks
from tinyq.ops.floats.accumulate import (
    FloatWindowKernel,
    FloatWindowOptions,
    check_float,
    finished,
    real_weights,
    window_kernel,
)
from tinyq.ops.transpose_conv import IMAGE
from tinyq.ops.window import Window, merge_batch


class FloatTransposeConv(Operator[FloatWindowOptions]):
    """Weights are [output channels, kernel height, kernel width, input channels]."""

    inputs = (3, 4)
    weight_axis = 0
    template = "floats/transpose_conv"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> FloatWindowOptions:
        weights = inputs[WEIGHTS]
        assert weights is not None
        kernel = (weights.shape[1], weights.shape[2]) if len(weights.shape) == 4 else (1, 1)
        return FloatWindowOptions(read_activation(source), Window.read(source, kernel, outputs[0].shape, dilated=False))

    def check(self, call: Call[FloatWindowOptions]) -> None:
        conv: Call[Any] = as_convolution(call)
        check_ranks(conv)
        channels, _, _, depth = conv.tensor(WEIGHTS).shape
        window = call.options.window
        if min(*window.kernel, *window.stride) < 1:
            call.refuse(f"kernel {window.kernel}, stride {window.stride}", "numbers from 1 upwards")
        require_shape(conv, conv.input, (conv.output.shape[0], *window.output_size(conv.output.shape), depth))
        require_shape(conv, conv.output, (*conv.output.shape[:3], channels))
        check_float(conv, channels, self.weight_axis)

    def reference(self, call: Call[FloatWindowOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        conv, window = as_convolution(call), call.options.window
        image = call.values(inputs)[IMAGE]
        assert image is not None
        with np.errstate(all="ignore"):
            sums = gathered(merge_batch(image), real_weights(conv), window, conv.output.shape)
        return (finished(conv, sums),)

    def kernel(self, call: Call[FloatWindowOptions]) -> FloatWindowKernel:
        return window_kernel(as_convolution(call), groups=1)

    def pointers(self, call: Call[FloatWindowOptions]) -> tuple[Tensor, ...]:
        return (call.tensor(IMAGE),)

    def macs(self, call: Call[FloatWindowOptions]) -> int:
        return call.tensor(IMAGE).elements * int(np.prod(call.tensor(WEIGHTS).shape[:3]))


def gathered(
    pixels: Array,
    weights: Array,
    window: Window,
    shape: tuple[int, ...],
    scaled: Callable[[Array], Array] = lambda products: products,
) -> Array:
    """float32 sums [images, height, width, channels] of `shape`; the last weight meets the first pixel.

    What is summed is `scaled` of the products of single numbers.
    """
    spread = [(size - 1) * step + 1 for size, step in zip(pixels.shape[1:3], window.stride, strict=True)]
    sparse = np.zeros((len(pixels), *spread, pixels.shape[3]), np.float32)
    sparse[:, :: window.stride[0], :: window.stride[1]] = pixels
    taps = [taps - 1 for taps in window.kernel]
    edges = [(taps[i] - window.before[i], max(shape[1 + i] + window.before[i] - spread[i], 0)) for i in range(2)]
    cut = [max(-before, 0) for before, _ in edges]
    padded = np.pad(sparse, ((0, 0), *((max(before, 0), after) for before, after in edges), (0, 0)))
    return sum_of(
        scaled(
            padded[:, cut[0] + row :, cut[1] + column :][:, : shape[1], : shape[2], i, np.newaxis]
            * weights[:, -1 - row, -1 - column, i]
        )
        for row, column in np.ndindex(window.kernel)
        for i in range(pixels.shape[3])
    )


def as_convolution(call: Call[FloatWindowOptions]) -> Call[FloatWindowOptions]:
    """`call` with its inputs in the order of a convolution: image, weights, bias."""
    return replace(call, inputs=(call.tensor(IMAGE), call.tensor(WEIGHTS), *call.inputs[IMAGE + 1 :]))


OPERATOR = FloatTransposeConv()
