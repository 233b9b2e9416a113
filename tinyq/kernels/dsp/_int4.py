"""Four output channels at a time from int4 weights that stay two a byte, as one AND makes two factors of SMLAD of them.

A word holds the weights of two channels for four inputs, each plus 8, so that none is negative. Two of one channel are
the halves of `word >> s & 0x000f000f`, where the shift costs nothing; SXTB16 makes the halves x0, x2 and x1, x3 of four
inputs. The sums are too large by 8 times the sum of the inputs, which is the same for all channels of a pixel.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Routine
from tinyq.kernels.dsp.requantization import Requantization, requantization
from tinyq.numerics.int4 import LOWEST
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS, weights_by_channel

CHANNELS = INPUTS = 4
#: Where in a word the weights of a channel are, those of the other channel 8 bits higher.
BITS = np.array([0, 4, 16, 20])
SIGNATURE = (
    "void {symbol}(const int8_t *pixel, const uint32_t *weights, const int32_t *scaling, int8_t *output, "
    "int32_t depth, int32_t channels)"
)
CYCLES_OF_A_QUAD = 80  # from four sums to four outputs


@dataclass(frozen=True, eq=False)
class Quads:
    """A matrix of int4 weights and what belongs to it.

    Attributes:
        weights: uint32 [fours of channels, fours of inputs, 2], a word for two channels.
        scaling: int32 [fours of channels, 4, 4]: starts, multipliers, offsets and shifts of a Requantization.
    """

    weights: Array
    scaling: Array
    depth: int
    channels: int


def fits(call: Call[Any]) -> bool:
    """Whether the weights are int4 and the routine computes the call exactly."""
    return call.tensor(WEIGHTS).dtype == "int4" and _back(call) is not None


def quads(call: Call[Any]) -> Quads:
    """The matrix of `call`, which has one for all its input channels."""
    back, (channels, depth) = _required(call), weights_by_channel(call).shape
    edges = ((0, -channels % CHANNELS), (0, -depth % INPUTS))
    padded = np.pad(weights_by_channel(call) - LOWEST, edges).astype(np.uint32)
    fours = padded.reshape(-1, 2, 2, padded.shape[1] // INPUTS, INPUTS)  # [fours, two words, two channels, ...]
    words = (fours << (BITS + 8 * np.arange(2).reshape(2, 1, 1))).sum(axis=(2, 4), dtype=np.uint32).swapaxes(1, 2)
    columns = np.stack([back.starts, back.multipliers, back.offsets, back.shifts])
    scaling = np.pad(columns, ((0, 0), edges[0])).reshape(4, -1, CHANNELS).swapaxes(0, 1)
    return Quads(words, scaling.astype(np.int32), depth, channels)


def quads_routine(call: Call[Any]) -> Routine:
    """One pixel's inputs times the matrix."""
    tail = weights_by_channel(call).shape[1] % INPUTS
    return Routine("int4/quads", SIGNATURE, (*_required(call).parameters, ("tail", tail)), is_assembly=False)


def cycles(call: Call[Any], pixels: int, cycles_of_16: float) -> float:
    """Of `pixels` products with the matrix, of which four inputs by four channels take `cycles_of_16`."""
    channels, depth = weights_by_channel(call).shape
    each = CYCLES_OF_A_QUAD + cycles_of_16 * -(-depth // INPUTS)
    return float(pixels * (4 * depth + -(-channels // CHANNELS) * each))


def _required(call: Call[Any]) -> Requantization:
    back = _back(call)
    assert back is not None
    return back


def _back(call: Call[Any]) -> Requantization | None:
    return requantization(call, gains=())
