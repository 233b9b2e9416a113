"""DEPTHWISE_CONV_2D: each input channel has its own kernels, `multiplier` of them, int8 or int4.

Source: TFLite kernels/internal/reference/integer_ops/depthwise_conv.h, DepthwiseConvPerChannel; in the profile xnnpack
`tinyq.ops.output_stage.UpwardOutputStage` says how layers of int4 weights round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.accumulate import INPUT, WEIGHTS, check_accumulate
from tinyq.ops.accumulating import Accumulating, output_constants
from tinyq.ops.base import Along, Call, Channels
from tinyq.ops.convolution import (
    ConvKernel,
    ConvOptions,
    convolution_kernel,
    depthwise_channels,
    patch_bytes,
    patch_overlaps,
    read_convolution,
    weights_of,
)
from tinyq.ops.overlap import Overlap
from tinyq.ops.window import merge_batch


@dataclass(frozen=True)
class DepthwiseOptions(ConvOptions):
    """The output channel is the last dimension of the weights."""

    channel_axis: ClassVar[int] = 3
    takes_int32_bias: ClassVar[bool] = False  # TFLM kernels/depthwise_conv.cc reads it as int64


class DepthwiseConv2D(Accumulating[DepthwiseOptions]):
    """Weights are [1, kernel height, kernel width, input channels * multiplier]."""

    inputs = (2, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> DepthwiseOptions:
        return DepthwiseOptions(**vars(read_convolution(source, inputs)))

    def check(self, call: Call[DepthwiseOptions]) -> None:
        check_accumulate(call, depthwise_channels(call))

    def sums(self, call: Call[DepthwiseOptions], values: Array, weights: Array, padding: int) -> Array:
        multiplier = _multiplier(call)
        images = merge_batch(values)
        total = np.zeros((images.shape[0], *call.output.shape[1:]), np.int64)
        for (row, column), pixels in call.options.window.taps(images, padding):
            # Output channel c * multiplier + m sees input channel c.
            total += np.repeat(pixels, multiplier, axis=3) * weights[0, row, column]
        return total

    def channels(self, call: Call[DepthwiseOptions]) -> Channels | None:
        constants = output_constants(call)
        if _multiplier(call) == 1:
            return Channels((Along(INPUT), *constants))
        return Channels(constants) if call.input.shape[3] == 1 else None

    def kernel(self, call: Call[DepthwiseOptions]) -> ConvKernel:
        return convolution_kernel(call, weights_of(call).shape[3], groups=call.input.shape[3])

    def macs(self, call: Call[DepthwiseOptions]) -> int:
        return call.output.elements * call.options.window.kernel[0] * call.options.window.kernel[1]

    def scratch_bytes(self, call: Call[DepthwiseOptions]) -> int:
        return patch_bytes(call)

    def overlaps(self, call: Call[DepthwiseOptions]) -> tuple[Overlap, ...]:
        return patch_overlaps(call, read_first=not call.options.window.is_pointwise)


def _multiplier(call: Call[DepthwiseOptions]) -> int:
    return call.tensor(WEIGHTS).shape[3] // call.input.shape[3]


OPERATOR = DepthwiseConv2D()
