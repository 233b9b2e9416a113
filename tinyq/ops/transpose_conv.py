"""TRANSPOSE_CONV: int8 or 16x8 transposed convolution with per-channel weights and stride.

Source: TFLite kernels/internal/reference/integer_ops/transpose_conv.h; TFLM kernels/transpose_conv.cc. There each input
pixel is scattered over an int32 copy of the output; here each output pixel gathers what reaches it: no copy is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.affine import Activation
from tinyq.ops.accumulate import WEIGHTS, bias_of, check_accumulate, input_offset
from tinyq.ops.base import Call, Operator
from tinyq.ops.checks import read_activation, require_dtype, require_shape
from tinyq.ops.convolution import ConvKernel, check_ranks, convolution_kernel, weights_of
from tinyq.ops.output_stage import output_stage
from tinyq.ops.window import SAME_PADDING, Window, merge_batch

IMAGE = 2  # input 0 is the output's shape, which the output tensor has as well


@dataclass(frozen=True)
class TransposeConvOptions(Options):
    """The window with which a convolution would lead from the output back to the input.

    It is no ConvOptions: near the border an output pixel sees fewer weights, so that zero point and bias stay apart.
    """

    window: Window
    activation: Activation = "NONE"
    is_same: bool = False  # TFLite's padding SAME
    zero_point_folded: ClassVar[bool] = False
    channel_axis: ClassVar[int] = 0
    takes_int32_bias: ClassVar[bool] = False  # as DEPTHWISE_CONV_2D


class TransposeConv(Operator[TransposeConvOptions]):
    """Weights are [output channels, kernel height, kernel width, input channels]."""

    inputs = (3, 4)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> TransposeConvOptions:
        weights = inputs[WEIGHTS]
        assert weights is not None
        kernel = (weights.shape[1], weights.shape[2]) if len(weights.shape) == 4 else (1, 1)
        window = Window.read(source, kernel, outputs[0].shape, dilated=False)
        return TransposeConvOptions(window, read_activation(source), is_same=source.padding == SAME_PADDING)

    def check(self, call: Call[TransposeConvOptions]) -> None:
        conv = _as_convolution(call)
        check_ranks(conv)
        channels, _, _, depth = conv.tensor(WEIGHTS).shape
        window = call.options.window
        if min(*window.kernel, *window.stride) < 1:
            call.refuse(f"kernel {window.kernel}, stride {window.stride}", "numbers from 1 upwards")
        require_shape(conv, conv.input, (conv.output.shape[0], *window.output_size(conv.output.shape), depth))
        require_shape(conv, conv.output, (*conv.output.shape[:3], channels))
        require_dtype(conv, conv.tensor(WEIGHTS), "int8")  # nobody has it with int4 weights
        check_accumulate(conv, channels)

    def reference(self, call: Call[TransposeConvOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        conv, window = _as_convolution(call), call.options.window
        weights = weights_of(conv).astype(np.float64)  # exact, as in CONV_2D
        image = call.values(inputs)[IMAGE]
        assert image is not None
        pixels = merge_batch(image).astype(np.float64) + input_offset(conv)
        _, height, width, channels = conv.output.shape
        rows, columns = (
            (size - 1) * step + taps
            for size, step, taps in zip(pixels.shape[1:3], window.stride, window.kernel, strict=True)
        )
        total = np.zeros(
            (len(pixels), max(rows, window.before[0] + height), max(columns, window.before[1] + width), channels)
        )
        for row, column in np.ndindex(window.kernel):
            places = (
                slice(row, row + (pixels.shape[1] - 1) * window.stride[0] + 1, window.stride[0]),
                slice(column, column + (pixels.shape[2] - 1) * window.stride[1] + 1, window.stride[1]),
            )
            total[:, places[0], places[1]] += pixels @ weights[:, row, column].T
        top, left = window.before
        accumulators = total[:, top : top + height, left : left + width].astype(np.int64) + bias_of(conv, channels)
        return (output_stage(conv, channels).apply(accumulators).reshape(-1, *call.output.shape),)

    def runs_in_xnnpack(self, call: Call[TransposeConvOptions]) -> bool:
        return call.in_xnnpack

    def kernel(self, call: Call[TransposeConvOptions]) -> ConvKernel:
        return convolution_kernel(_as_convolution(call), call.output.shape[3], groups=1)

    def pointers(self, call: Call[TransposeConvOptions]) -> tuple[Tensor, ...]:
        return (call.tensor(IMAGE),)

    def macs(self, call: Call[TransposeConvOptions]) -> int:
        return call.tensor(IMAGE).elements * int(np.prod(call.tensor(WEIGHTS).shape[:3]))


def _as_convolution(call: Call[TransposeConvOptions]) -> Call[Any]:
    """`call` with its inputs in the order of a convolution: image, weights, bias.

    Where SAME leaves gaps between kernels, TensorFlow Lite's own kernel runs in both profiles.
    """
    window = call.options.window
    has_gaps = any(step > taps for step, taps in zip(window.stride, window.kernel, strict=True))
    return replace(
        call,
        inputs=(call.tensor(IMAGE), call.tensor(WEIGHTS), *call.inputs[IMAGE + 1 :]),
        arithmetic="tflm" if call.options.is_same and has_gaps else call.arithmetic,
    )


OPERATOR = TransposeConv()
