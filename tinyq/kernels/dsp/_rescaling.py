"""The way back from accumulators to int8 in the fewest instructions that are exact for every multiplier.

For an accumulator `a`, multiplier M and right shift e the double rounding of gemmlowp (RoundingDivideByPOT of
SaturatingRoundingDoublingHighMul) plus the zero point z is

    (high(2 * a * M, rounded) + (z << e) + (1 << (e - 1)) - (1 if a < 0)) >> e

since the sign of `a` may stand for that of the product: they differ only where the product is 0, and 0 rounds to 0
either way. The Cortex-M4's SMMLAR computes the rounded high word and the addition at once.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops import Call
from tinyq.ops.accumulate import bias_of, output_stage, weights_by_channel

LARGEST_SUM = 2**23  # 256 times a sum, kept modulo 2**32
LARGEST_SHIFT = 15  # the offset, z * 2**e + 2**(e - 1), has 24 bits


@dataclass(frozen=True, eq=False)
class Rescaling:
    """For each output channel; all int64 [channels].

    Attributes:
        biases: what accumulators start at.
        largest: no accumulator's magnitude is greater.
        multipliers: M.
        shifts: e, 1 to LARGEST_SHIFT.
        offsets: `(z << e) + (1 << (e - 1))`.
    """

    biases: Array
    largest: Array
    multipliers: Array
    shifts: Array
    offsets: Array


def rescaling(call: Call[Any]) -> Rescaling | None:
    """How `call` returns to int8, or None where a shift is out of range. Its zero point is folded into the bias."""
    weights = weights_by_channel(call)
    stage = output_stage(call, len(weights))
    biases = bias_of(call, len(weights)).astype(np.int64)
    largest = np.abs(biases) + 128 * np.abs(weights).sum(axis=1)
    multipliers, shifts = stage.multipliers.astype(np.int64), -stage.shifts.astype(np.int64)
    # Half of the last place is more than any accumulator reaches: the output is the zero point.
    constant = (shifts > LARGEST_SHIFT) & (largest < 2.0 ** (shifts - 1))
    multipliers, shifts = np.where(constant, 0, multipliers), np.where(constant, 1, shifts)
    if shifts.min() < 1 or shifts.max() > LARGEST_SHIFT:
        return None
    offsets = (stage.zero_point << shifts) + (1 << (shifts - 1))
    return Rescaling(biases, largest, multipliers, shifts, offsets)
