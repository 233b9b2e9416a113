"""Four output channels at a time from one load of the inputs: VMLADAVA sums 16 products an instruction."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Routine
from tinyq.kernels.mve._scaling import LANES, routine, scaling_words
from tinyq.ops import Call
from tinyq.ops.accumulate import weights_by_channel

PRODUCTS = 16  # of an instruction


@dataclass(frozen=True, eq=False)
class Dense:
    """A matrix of weights and what belongs to it.

    Attributes:
        weights: int8 [channels rounded up to fours, depth].
        scaling: int32, of four channels after the other.
    """

    weights: Array
    scaling: Array
    depth: int
    channels: int


def dense(call: Call[Any]) -> Dense:
    """The matrix of `call`, which has one for all its input channels."""
    weights = weights_by_channel(call)
    channels, depth = weights.shape
    padded = np.pad(weights, ((0, -channels % LANES), (0, 0))).astype(np.int8)
    return Dense(padded, scaling_words(call, tuple(range(LANES))).ravel(), depth, channels)


def dense_routine(call: Call[Any]) -> Routine:
    """One pixel's inputs times the matrix."""
    signature = (
        "void {symbol}(const int8_t *input, const int8_t *weights, const int32_t *scaling, int8_t *output, "
        "int32_t depth, int32_t channels)"
    )
    return routine("dense", call, len(weights_by_channel(call)), signature)


def dense_cycles(call: Call[Any], pixels: int) -> float:
    """Of `pixels` products with the matrix: two cycles a vector instruction, loads beside multiplications."""
    channels, depth = weights_by_channel(call).shape
    return float(pixels * (20 + -(-channels // LANES) * (30 + 10 * -(-depth // PRODUCTS))))
