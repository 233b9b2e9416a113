"""What the depthwise kernels share: how their constants are packed, and what they hold of the output stage."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops import Call
from tinyq.ops.accumulate import OutputStage, bias_of, input_offset, output_stage, weights_by_channel

LARGEST_OFFSET = 4095  # of a load, in bytes
LARGEST_SHIFT = 22  # beyond it the zero point, shifted, leaves no room in 32 bits


@dataclass(frozen=True, eq=False)
class Scaling:
    """How the sums of a layer become int8: weights and bias are multiplied by `factors` at build time.

    Attributes:
        is_exact_in_two: whether SMMUL and SSAT are enough.
        shift: the right shift of all channels, 0 where they differ.
        factors: int64 [channels], of the weights.
        biases: int64 [channels], as the sums start.
        multipliers: int32 [channels].
        offsets: int32 [channels], zero point and half of the last step; unused where two instructions are enough.
        shifts: int8 [channels].
    """

    is_exact_in_two: bool
    shift: int
    factors: Array
    biases: Array
    multipliers: Array
    offsets: Array
    shifts: Array


def scaling(call: Call[Any], channels: int) -> Scaling | None:
    """The scaling of `call`, or None where its numbers don't fit the routines."""
    stage, bias = output_stage(call, channels), bias_of(call, channels).astype(np.int64)
    largest = np.abs(weights_by_channel(call)).sum(axis=1) * 128 + np.abs(bias)
    shifts = -stage.shifts.astype(np.int64)
    if 2 * largest.max() >= 2**31 or shifts.min() < 1 or shifts.max() > LARGEST_SHIFT or input_offset(call):
        return None
    return Scaling(
        is_exact_in_two=False,
        shift=int(shifts[0]) if (shifts == shifts[0]).all() else 0,
        factors=np.full(channels, 2),
        biases=2 * bias,
        multipliers=stage.multipliers,
        offsets=_offsets(stage, shifts),
        shifts=shifts,
    )


def _offsets(stage: OutputStage, shifts: Array) -> Array:
    offsets: Array = (stage.zero_point << shifts) + (1 << shifts - 1)
    return offsets


def packed_3x3(call: Call[Any], found: Scaling) -> Array:
    """int32 [channels, 7 or 8]: weights in halves of words, bias, multiplier and offset as the routines load them.

    With w[row][column], low half first: (w00, w10), (w01, w11), (w02, w12), (shift, w21), (w20, w22).
    """
    weights = weights_by_channel(call).reshape(-1, 3, 3) * found.factors[:, np.newaxis, np.newaxis]
    top, middle, bottom = (weights[:, row] for row in range(3))
    words = [
        *(_word(top[:, column], middle[:, column]) for column in range(3)),
        _word(found.shifts, bottom[:, 1]),
        _word(bottom[:, 0], bottom[:, 2]),
        found.biases,
        found.multipliers,
        *(() if found.is_exact_in_two else (found.offsets,)),
    ]
    return np.stack(words, axis=1).astype(np.int32)


def _word(low: Array, high: Array) -> Array:
    """Two int16 halves in one int32."""
    word: Array = (low.astype(np.int64) & 0xFFFF) | (high.astype(np.int64) << 16)
    return word
