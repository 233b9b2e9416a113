"""DEPTHWISE_CONV_2D in float32: each output sums row by row of the kernel, pixel by pixel.

Source: TFLite kernels/internal/reference/depthwiseconv_float.h.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import sum_of
from tinyq.ops.base import Call, Operator
from tinyq.ops.checks import read_activation
from tinyq.ops.convolution import depthwise_channels, patch_overlaps, read_convolution
from tinyq.ops.floats.accumulate import (
    FloatWindowKernel,
    FloatWindowOptions,
    check_float,
    finished,
    real_weights,
    window_kernel,
)
from tinyq.ops.overlap import Overlap
from tinyq.ops.window import merge_batch


class FloatDepthwiseConv2D(Operator[FloatWindowOptions]):
    """Weights are [1, kernel height, kernel width, input channels * multiplier]."""

    inputs = (2, 3)
    weight_axis = 3
    template = "floats/depthwise_conv_2d"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> FloatWindowOptions:
        return FloatWindowOptions(read_activation(source), read_convolution(source, inputs).window)

    def check(self, call: Call[Any]) -> None:
        check_float(call, depthwise_channels(call), self.weight_axis)

    def reference(self, call: Call[FloatWindowOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights = real_weights(call)
        multiplier = weights.shape[3] // call.input.shape[3]
        with np.errstate(all="ignore"):
            sums = sum_of(
                np.repeat(pixels, multiplier, axis=3) * weights[0, row, column]
                for (row, column), pixels in call.options.window.taps(merge_batch(inputs[0]), 0)
            )
        return (finished(call, sums),)

    def kernel(self, call: Call[FloatWindowOptions]) -> FloatWindowKernel:
        return window_kernel(call, groups=call.input.shape[3])

    def overlaps(self, call: Call[FloatWindowOptions]) -> tuple[Overlap, ...]:
        return patch_overlaps(call, read_first=False)

    def macs(self, call: Call[FloatWindowOptions]) -> int:
        return call.output.elements * call.options.window.kernel[0] * call.options.window.kernel[1]


OPERATOR = FloatDepthwiseConv2D()
