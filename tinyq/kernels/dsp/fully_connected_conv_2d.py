"""CONV_2D that is a dense layer: its kernel covers the whole image, or each of a few pixels is a row of inputs."""

from typing import Any

from tinyq.kernels.base import Target
from tinyq.kernels.dsp.fully_connected import FullyConnected
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS


class DenseConv2D(FullyConnected):
    """The bytes under the kernel follow one another."""

    op = "CONV_2D"

    def applies(self, call: Call[Any], target: Target) -> bool:
        window, (_, *image, inputs) = call.options.window, call.input.shape
        covers_all = tuple(image) == window.kernel and window.dilation == (1, 1) and not window.is_padded
        by_pixel = window.is_pointwise and window.stride == (1, 1)
        is_whole = call.tensor(WEIGHTS).shape[3] == inputs
        return is_whole and (covers_all or by_pixel) and super().applies(call, target)


IMPLEMENTATION = DenseConv2D()
