"""DEPTHWISE_CONV_2D with MVE, eight channels at a time.

The products of two taps are summed in int16 lanes, where `applies` has seen that they fit; VMOVLB and VMOVLT widen the
even and the odd channels, VMOVNB and VMOVNT bring the results back into their order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.mve._scaling import fits, routine, scaling_words
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import weights_by_channel
from tinyq.ops.overlap import lead_of
from tinyq.ops.window import Window

CHANNELS = 8  # of a group
EVEN_FIRST = (0, 2, 4, 6, 1, 3, 5, 7)
LARGEST_PAIR = 255  # -128 times two weights of such a sum fits int16


@dataclass(frozen=True, eq=False)
class DepthwiseKernel(Kernel):
    """How it runs, and its constants.

    Attributes:
        weights: int8 [groups of channels, taps, 8].
        scaling: int32, of eight channels after the other.
        places: int32 [taps], of each tap's pixel from that of the first, where none lies outside the image.
        taps: rounded up to an even number; the last may have weights of 0.
        padding_value: what lies outside the image.
    """

    weights: Array
    scaling: Array
    places: Array
    taps: int
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int


class DepthwiseConv2D(Implementation):
    """Every window; one output channel for each input channel."""

    op = "DEPTHWISE_CONV_2D"
    template = "mve/depthwise_conv_2d"

    def applies(self, call: Call[Any], target: Target) -> bool:
        pairs = np.abs(_weights(call)).reshape(-1, _taps(call) // 2, 2, CHANNELS).sum(axis=2)
        return call.output.shape[3] == call.input.shape[3] and int(pairs.max()) <= LARGEST_PAIR and fits(call)

    def cycles(self, call: Call[Any]) -> float:
        batch, height, width, channels = call.output.shape
        return float(batch * height * width * (60 + -(-channels // CHANNELS) * (50 + 10 * _taps(call))))

    def kernel(self, call: Call[Any]) -> DepthwiseKernel:
        window, (_, _, width, channels) = call.options.window, call.input.shape
        rows, columns = (np.arange(window.kernel[axis]) * window.dilation[axis] for axis in (0, 1))
        places = ((rows[:, np.newaxis] * width + columns) * channels).ravel()
        return DepthwiseKernel(
            weights=_weights(call).astype(np.int8).ravel(),
            scaling=scaling_words(call, EVEN_FIRST).ravel(),
            places=np.pad(places, (0, len(places) % 2)).astype(np.int32),
            taps=_taps(call),
            window=window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point,
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        signature = (
            "void {symbol}(const int8_t *input, const tinyq_int32 *places, const int8_t *weights, "
            "const int32_t *scaling, int8_t *output, int32_t taps, int32_t channels)"
        )
        channels = call.output.shape[3]
        return {"depthwise": routine("depthwise", call, channels, signature, whole=int(channels % CHANNELS == 0))}

    def scratch_bytes(self, call: Call[Any]) -> int:
        """A pixel of padding, behind the places of a window that sees it."""
        return -(-(4 * _taps(call) + call.input.shape[3]) // 4) * 4 if call.options.window.is_padded else 0

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        window, pixel = call.options.window, call.input.shape[3]
        return (Overlap(call.input, lead_of(window.first_needed(call.input.shape), pixel, pixel, read_first=False)),)


def _taps(call: Call[Any]) -> int:
    height, width = call.options.window.kernel
    return (int(height * width) + 1) // 2 * 2


def _weights(call: Call[Any]) -> Array:
    """int64 [groups of channels, taps, 8]."""
    weights = weights_by_channel(call)
    padded = np.pad(weights, ((0, -len(weights) % CHANNELS), (0, weights.shape[1] % 2)))
    return padded.reshape(-1, CHANNELS, padded.shape[1]).swapaxes(1, 2)


IMPLEMENTATION = DepthwiseConv2D()
