"""DEPTHWISE_CONV_2D with int8 weights and an input that is quantized at run time.

Source: TFLite kernels/internal/reference/integer_ops/depthwise_conv.h, DepthwiseConvHybridPerChannel.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops.base import Call
from tinyq.ops.convolution import weights_of
from tinyq.ops.floats.accumulate import FloatWindowOptions, finished
from tinyq.ops.floats.depthwise_conv_2d import FloatDepthwiseConv2D
from tinyq.ops.hybrid.accumulate import (
    HybridWindow,
    HybridWindowKernel,
    check_hybrid,
    hybrid_window_kernel,
    quantized_images,
    weight_scales,
)
from tinyq.ops.window import merge_batch


class HybridDepthwiseConv2D(HybridWindow, FloatDepthwiseConv2D):
    """Weights are [1, kernel height, kernel width, input channels * multiplier]."""

    template = "hybrid/depthwise_conv_2d"

    def check(self, call: Call[Any]) -> None:
        super().check(call)
        check_hybrid(call, self.weight_axis)

    def reference(self, call: Call[FloatWindowOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights = weights_of(call).astype(np.int64)
        images, scale = quantized_images(merge_batch(inputs[0]))
        multiplier = weights.shape[3] // call.input.shape[3]
        sums = sum(
            np.repeat(pixels, multiplier, axis=3) * weights[0, row, column]
            for (row, column), pixels in call.options.window.taps(images, 0)
        )
        with np.errstate(all="ignore"):
            return (finished(call, np.asarray(sums).astype(np.float32) * (scale * weight_scales(call))),)

    def kernel(self, call: Call[FloatWindowOptions]) -> HybridWindowKernel:
        return hybrid_window_kernel(call, groups=call.input.shape[3])


OPERATOR = HybridDepthwiseConv2D()
