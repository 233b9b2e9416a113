"""DEPTHWISE_CONV_2D: each input channel has its own kernels, `multiplier` of them.

Source: TFLite kernels/internal/reference/integer_ops/depthwise_conv.h, DepthwiseConvPerChannel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.accumulate import WEIGHTS, bias_of, check_accumulate, input_offset, output_stage
from tinyq.ops.base import Call, Operator
from tinyq.ops.convolution import (
    ConvKernel,
    ConvOptions,
    check_geometry,
    check_ranks,
    convolution_kernel,
    patch_bytes,
    read_convolution,
    weights_of,
)
from tinyq.ops.window import merge_batch


@dataclass(frozen=True)
class DepthwiseOptions(ConvOptions):
    """The output channel is the last dimension of the weights."""

    channel_axis: ClassVar[int] = 3


class DepthwiseConv2D(Operator[DepthwiseOptions]):
    """Weights are [1, kernel height, kernel width, input channels * multiplier]."""

    inputs = (2, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> DepthwiseOptions:
        return DepthwiseOptions(**vars(read_convolution(source, inputs)))

    def check(self, call: Call[DepthwiseOptions]) -> None:
        check_ranks(call)
        ones, *_, channels = call.tensor(WEIGHTS).shape
        if ones != 1 or channels % call.input.shape[3]:
            call.refuse(
                f"{call.input.shape[3]} input channels for weights of shape {list(call.tensor(WEIGHTS).shape)}",
                "weights [1, height, width, input channels * multiplier]",
            )
        check_geometry(call, channels)
        check_accumulate(call, channels)

    def reference(self, call: Call[DepthwiseOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights = weights_of(call)[0]
        channels = weights.shape[2]
        multiplier = channels // call.input.shape[3]
        images = merge_batch(inputs[0]).astype(np.int64)
        accumulators = np.zeros((images.shape[0], *call.output.shape[1:]), np.int64) + bias_of(call, channels)
        for (row, column), pixels in call.options.window.taps(images, call.input.zero_point):
            # Output channel c * multiplier + m sees input channel c.
            accumulators += np.repeat(pixels + input_offset(call), multiplier, axis=3) * weights[row, column]
        return (output_stage(call, channels).apply(accumulators).reshape(-1, *call.output.shape),)

    def kernel(self, call: Call[DepthwiseOptions]) -> ConvKernel:
        return convolution_kernel(call, weights_of(call).shape[3], groups=call.input.shape[3])

    def macs(self, call: Call[DepthwiseOptions]) -> int:
        return call.output.elements * call.options.window.kernel[0] * call.options.window.kernel[1]

    def scratch_bytes(self, call: Call[DepthwiseOptions]) -> int:
        return patch_bytes(call)


OPERATOR = DepthwiseConv2D()
