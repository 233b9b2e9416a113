"""TRANSPOSE_CONV with int8 weights and an input that is quantized at run time; each product is scaled, then summed.

Source: TFLite kernels/internal/reference/transpose_conv.h, HybridTransposeConv.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops.base import Call
from tinyq.ops.convolution import weights_of
from tinyq.ops.floats.accumulate import FloatWindowOptions, finished
from tinyq.ops.floats.transpose_conv import FloatTransposeConv, as_convolution, gathered
from tinyq.ops.hybrid.accumulate import (
    HybridWindow,
    HybridWindowKernel,
    check_hybrid,
    hybrid_window_kernel,
    quantized_images,
    weight_scales,
)
from tinyq.ops.transpose_conv import IMAGE
from tinyq.ops.window import merge_batch


class HybridTransposeConv(HybridWindow, FloatTransposeConv):
    """Weights are [output channels, kernel height, kernel width, input channels]."""

    template = "hybrid/transpose_conv"
    image = IMAGE

    def check(self, call: Call[Any]) -> None:
        super().check(call)
        check_hybrid(call, self.weight_axis)

    def reference(self, call: Call[FloatWindowOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        conv, image = as_convolution(call), call.values(inputs)[IMAGE]
        assert image is not None
        images, scale = quantized_images(merge_batch(image))
        with np.errstate(all="ignore"):
            sums = gathered(
                images.astype(np.float32),
                weights_of(conv).astype(np.float32),
                call.options.window,
                conv.output.shape,
                lambda products: products * weight_scales(conv) * scale,
            )
        return (finished(conv, sums),)

    def kernel(self, call: Call[FloatWindowOptions]) -> HybridWindowKernel:
        return hybrid_window_kernel(as_convolution(call), groups=1)


OPERATOR = HybridTransposeConv()
