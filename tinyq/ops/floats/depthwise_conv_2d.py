"""DEPTHWISE_CONV_2D in float32: each output sums row by row of the kernel, pixel by pixel.

Source: TFLite kernels/internal/reference/depthwiseconv_float.h.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import sum_of
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Call, Operator
from tinyq.ops.checks import read_activation
from tinyq.ops.convolution import check_geometry, check_ranks, read_convolution
from tinyq.ops.floats.accumulate import (
    FloatWindowKernel,
    FloatWindowOptions,
    check_float,
    finished,
    float_weights,
    window_kernel,
)
from tinyq.ops.window import merge_batch


class FloatDepthwiseConv2D(Operator[FloatWindowOptions]):
    """Weights are [1, kernel height, kernel width, input channels * multiplier]."""

    inputs = (2, 3)
    template = "floats/depthwise_conv_2d"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> FloatWindowOptions:
        return FloatWindowOptions(read_activation(source), read_convolution(source, inputs).window)

    def check(self, call: Call[Any]) -> None:
        check_ranks(call)
        ones, *_, channels = call.tensor(WEIGHTS).shape
        if ones != 1 or channels % call.input.shape[3]:
            call.refuse(
                f"{call.input.shape[3]} input channels for weights of shape {list(call.tensor(WEIGHTS).shape)}",
                "weights [1, height, width, input channels * multiplier]",
            )
        check_geometry(call, channels)
        check_float(call, channels)

    def reference(self, call: Call[FloatWindowOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights = float_weights(call)
        multiplier = weights.shape[3] // call.input.shape[3]
        with np.errstate(all="ignore"):
            sums = sum_of(
                np.repeat(pixels, multiplier, axis=3) * weights[0, row, column]
                for (row, column), pixels in call.options.window.taps(merge_batch(inputs[0]), 0)
            )
        return (finished(call, sums),)

    def kernel(self, call: Call[FloatWindowOptions]) -> FloatWindowKernel:
        return window_kernel(call, groups=call.input.shape[3])

    def macs(self, call: Call[FloatWindowOptions]) -> int:
        return call.output.elements * call.options.window.kernel[0] * call.options.window.kernel[1]


OPERATOR = FloatDepthwiseConv2D()
