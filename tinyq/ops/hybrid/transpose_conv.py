"""TRANSPOSE_CONV with int8 weights and an input that is quantized at run time; each product is scaled, then summed.

Source: TFLite kernels/internal/reference/transpose_conv.h, HybridTransposeConv.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Call
from tinyq.ops.convolution import weights_of
from tinyq.ops.floats.accumulate import FloatWindowOptions, finished
from tinyq.ops.floats.transpose_conv import FloatTransposeConv, as_convolution, gathered
from tinyq.ops.hybrid.accumulate import (
    HybridWindowKernel,
    check_hybrid,
    hybrid_window_kernel,
    quantized_bytes,
    quantized_images,
    quantized_overlap,
    weight_scales,
)
from tinyq.ops.overlap import Overlap
from tinyq.ops.transpose_conv import IMAGE
from tinyq.ops.window import merge_batch


class HybridTransposeConv(FloatTransposeConv):
    """Weights are [output channels, kernel height, kernel width, input channels]."""

    template = "hybrid/transpose_conv"

    def check(self, call: Call[Any]) -> None:
        super().check(call)
        check_hybrid(call, int(np.prod(call.tensor(WEIGHTS).shape[1:])), self.weight_axis)

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

    def scratch_bytes(self, call: Call[FloatWindowOptions]) -> int:
        return quantized_bytes(call.tensor(IMAGE).elements // call.tensor(IMAGE).shape[0])

    def overlaps(self, call: Call[FloatWindowOptions]) -> tuple[Overlap, ...]:
        return (quantized_overlap(call.tensor(IMAGE), call.output, call.tensor(IMAGE).shape[0]),)


OPERATOR = HybridTransposeConv()
