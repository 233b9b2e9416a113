"""CONV_2D: int8 or 16x8 convolution with int8 or int4 weights, stride, dilation and groups.

Source: TFLite kernels/internal/reference/integer_ops/conv.h, ConvPerChannel. In the profile xnnpack int16 is the same,
even with a bias of 32 bits, which TensorFlow Lite's interpreter reads as one of 64; layers of int4 weights round as
`tinyq.ops.output_stage.UpwardOutputStage` says, but for those with groups.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.accumulate import WEIGHTS, check_accumulate
from tinyq.ops.accumulating import Accumulating, output_constants
from tinyq.ops.base import Along, Call, Channels
from tinyq.ops.convolution import (
    ConvKernel,
    ConvOptions,
    convolution_kernel,
    grouped_channels,
    groups_of,
    patch_bytes,
    patch_overlaps,
    read_convolution,
    weights_of,
)
from tinyq.ops.overlap import Overlap
from tinyq.ops.window import merge_batch


class Conv2D(Accumulating[ConvOptions]):
    """Weights are [output channels, kernel height, kernel width, input channels / groups]."""

    inputs = (2, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ConvOptions:
        return read_convolution(source, inputs)

    def check(self, call: Call[ConvOptions]) -> None:
        check_accumulate(call, grouped_channels(call))

    def sums(self, call: Call[ConvOptions], values: Array, weights: Array, padding: int) -> Array:
        groups, channels = groups_of(call), weights.shape[0]
        # Products and sums are integers far below 2**53: float64 holds them exactly and has fast matrix products.
        images = merge_batch(values).astype(np.float64)
        by_group = weights.reshape(groups, channels // groups, *weights.shape[1:]).astype(np.float64)
        total = np.zeros((images.shape[0], *call.output.shape[1:]))
        for (row, column), pixels in call.options.window.taps(images, padding):
            parts = np.split(pixels, groups, axis=3)
            products = [part @ kernel[:, row, column].T for part, kernel in zip(parts, by_group, strict=True)]
            total += np.concatenate(products, axis=3)
        return total.astype(np.int64)

    def channels(self, call: Call[ConvOptions]) -> Channels | None:
        return Channels(output_constants(call), (Along(WEIGHTS, 3),)) if groups_of(call) == 1 else None

    def kernel(self, call: Call[ConvOptions]) -> ConvKernel:
        return convolution_kernel(call, weights_of(call).shape[0], groups_of(call))

    def macs(self, call: Call[ConvOptions]) -> int:
        return call.output.elements * int(np.prod(call.tensor(WEIGHTS).shape[1:]))

    def scratch_bytes(self, call: Call[ConvOptions]) -> int:
        return patch_bytes(call)

    def overlaps(self, call: Call[ConvOptions]) -> tuple[Overlap, ...]:
        return patch_overlaps(call, read_first=not call.options.window.is_pointwise)


OPERATOR = Conv2D()
