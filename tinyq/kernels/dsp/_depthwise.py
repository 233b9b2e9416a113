"""What the depthwise kernels share: their constants as the routines load them, and the numbers of their routines."""

from functools import lru_cache
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.dsp.requantization import Requantization, requantization
from tinyq.ops import Call
from tinyq.ops.accumulate import weights_by_channel

LARGEST_OFFSET = 4095  # of a load, in bytes


@lru_cache(maxsize=256)
def requantized(call: Call[Any]) -> Requantization | None:
    """The way back to int8, as selection, plan and code ask for it; None where there is none."""
    return requantization(call)


def required(call: Call[Any]) -> Requantization:
    """`requantized` of a call that an implementation applies to."""
    found = requantized(call)
    assert found is not None
    return found


def packed_3x3(call: Call[Any]) -> Array:
    """int32 [channels, 7 to 9]: what the routines load for each channel.

    Weights w[row][column] times the gain as halves of words, low half first: (w00, w10), (w01, w11), (w02, w12),
    (0, w21), (w20, w22); then what a sum starts at, the multiplier, and the offset and the shifts if they are used.
    """
    found = required(call)
    weights = weights_by_channel(call).reshape(-1, 3, 3) * found.gains[:, np.newaxis, np.newaxis]
    top, middle, bottom = (weights[:, row] for row in range(3))
    words = [
        *(_word(top[:, column], middle[:, column]) for column in range(3)),
        _word(np.zeros(len(weights)), bottom[:, 1]),
        _word(bottom[:, 0], bottom[:, 2]),
        *scaling_words(found),
    ]
    return np.stack(words, axis=1).astype(np.int32)


def scaling_words(found: Requantization) -> tuple[Array, ...]:
    """What follows the weights: the start of a sum, the multiplier, and what else the form needs."""
    offsets = () if found.truncates else (found.offsets,)
    return (found.starts, found.multipliers, *offsets, *((found.shifts,) if found.by_register else ()))


def _word(low: Array, high: Array) -> Array:
    """Two int16 halves in one int32."""
    word: Array = (low.astype(np.int64) & 0xFFFF) | (high.astype(np.int64) << 16)
    return word
