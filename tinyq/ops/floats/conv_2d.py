"""CONV_2D in float32: each output sums row by row of the kernel, pixel by pixel, channel by channel.

Source: TFLite kernels/internal/reference/conv.h, Conv.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import sum_of
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Call, Operator
from tinyq.ops.checks import read_activation
from tinyq.ops.convolution import grouped_channels, groups_of, patch_overlaps, read_convolution
from tinyq.ops.floats.accumulate import (
    FloatWindowKernel,
    FloatWindowOptions,
    check_float,
    finished,
    real_weights,
    rows_overlap,
    window_kernel,
)
from tinyq.ops.overlap import Overlap
from tinyq.ops.window import Window, merge_batch


class FloatConv2D(Operator[FloatWindowOptions]):
    """Weights are [output channels, kernel height, kernel width, input channels / groups]."""

    inputs = (2, 3)
    weight_axis = 0
    template = "floats/conv_2d"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> FloatWindowOptions:
        return FloatWindowOptions(read_activation(source), read_convolution(source, inputs).window)

    def check(self, call: Call[Any]) -> None:
        check_float(call, grouped_channels(call), self.weight_axis)

    def reference(self, call: Call[FloatWindowOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights, groups = real_weights(call), groups_of(call)
        channels, *_, depth = weights.shape
        # [kernel height, kernel width, input channels / groups, groups, output channels of one]
        by_tap = weights.transpose(1, 2, 3, 0).reshape(*weights.shape[1:], groups, channels // groups)
        with np.errstate(all="ignore"):
            sums = sum_of(
                pixels.reshape(*pixels.shape[:3], groups, depth)[..., i, np.newaxis] * by_tap[row, column, i]
                for (row, column), pixels in call.options.window.taps(merge_batch(inputs[0]), 0)
                for i in range(depth)
            )
        return (finished(call, sums.reshape(*sums.shape[:3], channels)),)

    def kernel(self, call: Call[FloatWindowOptions]) -> FloatWindowKernel:
        return replace(window_kernel(call, groups_of(call)), is_rows=is_rows(call))

    def overlaps(self, call: Call[FloatWindowOptions]) -> tuple[Overlap, ...]:
        if is_rows(call):
            return (rows_overlap(call, int(np.prod(call.output.shape[:3]))),)
        return patch_overlaps(call, read_first=False)

    def macs(self, call: Call[FloatWindowOptions]) -> int:
        return call.output.elements * int(np.prod(call.tensor(WEIGHTS).shape[1:]))


def is_rows(call: Call[Any]) -> bool:
    """Whether every pixel is multiplied by the same matrix, as a row of a dense layer."""
    window: Window = call.options.window
    return groups_of(call) == 1 and window.is_pointwise and window.stride == (1, 1)


OPERATOR = FloatConv2D()
