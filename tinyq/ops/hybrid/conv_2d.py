"""CONV_2D with int8 weights and an input that is quantized at run time.

Source: TFLite kernels/conv.cc, EvalHybridPerChannel, and EvalHybrid where there are no groups and all channels have one
scale: the input is quantized symmetrically then, and the scales are multiplied with each other first.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops.base import Call
from tinyq.ops.convolution import groups_of, weights_of
from tinyq.ops.floats.accumulate import FloatWindowOptions, finished
from tinyq.ops.floats.conv_2d import FloatConv2D, is_rows
from tinyq.ops.hybrid.accumulate import (
    HybridWindow,
    HybridWindowKernel,
    check_hybrid,
    hybrid_window_kernel,
    quantized_images,
    weight_scales,
)
from tinyq.ops.window import merge_batch


class HybridConv2D(HybridWindow, FloatConv2D):
    """Weights are [output channels, kernel height, kernel width, input channels / groups]."""

    template = "hybrid/conv_2d"

    def check(self, call: Call[Any]) -> None:
        super().check(call)
        check_hybrid(call, self.weight_axis)

    def reference(self, call: Call[FloatWindowOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights, groups, is_symmetric = weights_of(call).astype(np.int64), groups_of(call), _is_symmetric(call)
        images, scale = quantized_images(merge_batch(inputs[0]), symmetric=is_symmetric)
        by_group = weights.reshape(groups, -1, *weights.shape[1:])
        sums = sum(
            np.einsum("nhwgi,goi->nhwgo", pixels.reshape(*pixels.shape[:3], groups, -1), by_group[:, :, row, column])
            for (row, column), pixels in call.options.window.taps(images, 0)
        )
        real = np.asarray(sums).reshape(*np.shape(sums)[:3], -1).astype(np.float32)
        with np.errstate(all="ignore"):
            scaled = real * (scale * weight_scales(call)) if is_symmetric else real * weight_scales(call) * scale
        return (finished(call, scaled),)

    def kernel(self, call: Call[FloatWindowOptions]) -> HybridWindowKernel:
        kernel = hybrid_window_kernel(call, groups_of(call), is_symmetric=_is_symmetric(call))
        return replace(kernel, is_rows=is_rows(call))


def _is_symmetric(call: Call[Any]) -> bool:
    return groups_of(call) == 1 and len(set(weight_scales(call).tolist())) == 1


OPERATOR = HybridConv2D()
