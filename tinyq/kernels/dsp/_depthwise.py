"""What the depthwise kernels share: their constants as the routines load them, and the numbers of their routines."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.dsp.requantization import Requantization, requantization
from tinyq.ops import Call
from tinyq.ops.accumulate import weights_by_channel
from tinyq.ops.window import Window

LARGEST_OFFSET = 4095  # of a load, in bytes
TRUNCATING_GAIN = 256
SAME = Window((3, 3), (1, 1), (1, 1), (1, 1), (1, 1))


@lru_cache(maxsize=256)
def requantized(call: Call[Any]) -> Requantization | None:
    """The way back to int8, as selection, plan and code ask for it; None where there is none."""
    return requantization(call, (TRUNCATING_GAIN,))


def required(call: Call[Any]) -> Requantization:
    """`requantized` of a call that an implementation applies to."""
    found = requantized(call)
    assert found is not None
    return found


def packed_3x3(call: Call[Any]) -> Array:
    """int32 [channels, 5, 8 or 9]: weights and scaling as the macro `load_constants` of the routines wants them.

    Where two instructions are exact, weights are bytes, which the routines multiply by the gain 256; else they are
    halves of words, multiplied by the gain here.
    """
    found, weights = required(call), weights_by_channel(call).reshape(-1, 3, 3)
    layout: tuple[tuple[str, ...], ...]
    if found.truncates:
        assert (found.gains == TRUNCATING_GAIN).all()
        layout, bits = (("00", "01", "10", "11"), ("02", "", "12", ""), ("21", "20", "", "22")), 8
    else:
        weights = weights * found.gains[:, np.newaxis, np.newaxis]
        layout, bits = (("00", "10"), ("01", "11"), ("02", "12"), ("", "21"), ("20", "22")), 16
    words = [
        _word([weights[:, int(at[0]), int(at[1])] if at else np.zeros(len(weights)) for at in word], bits)
        for word in layout
    ]
    return np.stack([*words, *scaling_words(found)], axis=1)


def _word(parts: Sequence[Array], bits: int) -> Array:
    """int32 words of parts of so many bits, the lowest first."""
    masked = [part.astype(np.int64) & (1 << bits) - 1 for part in parts]
    word: Array = np.sum([part << bits * place for place, part in enumerate(masked)], axis=0)
    return word.astype(np.uint32).view(np.int32)


def scaling_words(found: Requantization) -> tuple[Array, ...]:
    """What follows the weights: the start of a sum, the multiplier, and what else the form needs."""
    offsets = () if found.truncates else (found.offsets,)
    words = (found.starts, found.multipliers, *offsets, *((found.shifts,) if found.by_register else ()))
    return tuple(each.astype(np.int32) for each in words)
