"""DEPTHWISE_CONV_2D, weights as words; only pixels at the image's border are gathered."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp.requantization import folded_bias
from tinyq.kernels.thumb._scaling import required, scaling
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import weights_by_channel
from tinyq.ops.convolution import patch_bytes, patch_overlaps
from tinyq.ops.window import Window

MOST_TAPS = 49  # of an unrolled loop


@dataclass(frozen=True, eq=False)
class DepthwiseKernel(Kernel):
    """One routine call for each pixel.

    Attributes:
        stream: int32 [channels, words]: bias, weights and scaling.
        inside: first and last (y, x) of the output pixels that see no padding.
        padding_value: what an input pixel outside the image counts as.
    """

    stream: Array
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    inside: tuple[tuple[int, int], tuple[int, int]]
    padding_value: int


class DepthwiseConv2D(Implementation):
    """One output channel for each input channel, whatever the geometry."""

    op = "DEPTHWISE_CONV_2D"
    template = "thumb/depthwise_conv_2d"

    def applies(self, call: Call[Any], target: Target) -> bool:
        height, width = call.options.window.kernel
        return (
            target.optimize != "size"
            and call.input.shape[3] == call.output.shape[3]
            and height * width <= MOST_TAPS
            and scaling(call) is not None
        )

    def cycles(self, call: Call[Any]) -> float:
        height, width = call.options.window.kernel
        return float(call.output.elements * (height * width * 6.5 + 35))

    def kernel(self, call: Call[Any]) -> DepthwiseKernel:
        window = call.options.window
        first, last = zip(*(_inside(window, call, axis) for axis in (0, 1)), strict=True)
        return DepthwiseKernel(
            _stream(call), window, call.input.shape, call.output.shape, (first, last), call.input.zero_point
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        height, width = call.options.window.kernel
        signature = (
            "void {symbol}(const int8_t *pixel, const int32_t *stream, int8_t *output, int32_t channels, "
            "int32_t column_step, int32_t row_step)"
        )
        parameters = (("height", height), ("width", width), *required(call).parameters)
        return {"channels": Routine("thumb/depthwise", signature, parameters)}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return -(-patch_bytes(call) // 4) * 4 if call.options.window.is_padded else 0

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return patch_overlaps(call, read_first=False)


@lru_cache(maxsize=256)
def _stream(call: Call[Any]) -> Array:
    parts = (folded_bias(call)[:, np.newaxis], weights_by_channel(call), required(call).words)
    return np.concatenate(parts, axis=1).astype(np.int32)


def _inside(window: Window, call: Call[Any], axis: int) -> tuple[int, int]:
    """First and last output along an axis whose kernel lies inside the image; the last is less where there is none."""
    stride, before = window.stride[axis], window.before[axis]
    reach = (window.kernel[axis] - 1) * window.dilation[axis]
    last = (call.input.shape[1 + axis] - 1 - reach + before) // stride
    return -(-before // stride), min(last, call.output.shape[1 + axis] - 1)


IMPLEMENTATION = DepthwiseConv2D()
