"""DEPTHWISE_CONV_2D of 16x8: four channels of a pixel at a time, gathered with its padding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._products_16x8 import CHANNELS, REACH, can_run, scalings
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import bias_of, weights_by_channel
from tinyq.ops.output_stage import output_stage
from tinyq.ops.window import Window

LARGEST_TAPS = 32  # the code has all of them one after the other


@dataclass(frozen=True, eq=False)
class DepthwiseKernel(Kernel):
    """What the template sees.

    Attributes:
        stream: int32, for each group of four channels the biases, the weights of each tap, and the scalings.
        group: words of the stream that belong to a group.
    """

    stream: Array
    group: int
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int = 0


class DepthwiseConv2D(Implementation):
    """Every window of up to 32 taps; one output channel for each input channel."""

    op = "DEPTHWISE_CONV_2D"
    template = "dsp/depthwise_conv_2d_16x8"
    dtype = "int16"

    def applies(self, call: Call[Any], target: Target) -> bool:
        channels = call.output.shape[3]
        reach = 2 * channels * _taps(call)
        return can_run(call) and channels == call.input.shape[3] and _taps(call) <= LARGEST_TAPS and reach <= REACH

    def cycles(self, call: Call[Any]) -> float:
        pixels = call.output.elements // call.output.shape[3]
        gathered = _taps(call) * (15 + call.output.shape[3] / 2)
        return pixels * (gathered + -(-call.output.shape[3] // CHANNELS) * (10 * _taps(call) + 70))

    def kernel(self, call: Call[Any]) -> DepthwiseKernel:
        group = 2 * CHANNELS + _taps(call)
        return DepthwiseKernel(_stream(call), group, call.options.window, call.input.shape, call.output.shape)

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        stage = output_stage(call, call.output.shape[3])
        parameters = (
            ("taps", _taps(call)),
            ("channels", call.output.shape[3]),
            ("low", stage.low),
            ("high", stage.high),
        )
        signature = "void {symbol}(const int16_t *inputs, const int32_t *constants, int16_t *output)"
        return {"tile": Routine("dsp/depthwise_16x8", signature, parameters)}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return operator(self.op).scratch_bytes(call)

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)  # a patch is gathered before its outputs are written


def _taps(call: Call[Any]) -> int:
    return int(np.prod(call.options.window.kernel))


def _stream(call: Call[Any]) -> Array:
    """A word of weights has those of channels 0, 2, 1, 3 of its group, from its lowest byte upwards."""
    weights = weights_by_channel(call) & 0xFF  # [channels, taps]
    channels = len(weights)
    bias, scaling = bias_of(call, channels), scalings(call)
    groups = []
    for start in (min(first, channels - CHANNELS) for first in range(0, channels, CHANNELS)):
        four = slice(start, start + CHANNELS)
        packed = (weights[four] << np.array([[0], [16], [8], [24]])).sum(axis=0)
        groups += [bias[four], packed, scaling[four]]
    return np.concatenate(groups).astype(np.uint64).astype(np.uint32).view(np.int32)


IMPLEMENTATION = DepthwiseConv2D()
