"""The way back to int8 in two instructions, where an activation clamps at the zero point.

There no accumulator below 0 shows, so that the reference rounds all that do show alike, and one multiplication can take
the place of its two roundings: `SSAT#8(SMMUL(g * a + B, M) ASR E)`, which is `(g * a + B) * M >> (32 + E)`, clamped, with g = 256 or
another scale that the sums have anyway.
Both are monotonic. So they are equal everywhere if they are at the accumulators at which the reference goes from one
output to the next; each of these bounds M from above and from below.
"""

from functools import cache
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.dsp._rescaling import LARGEST_SUM, Rescaling
from tinyq.numerics.fixed_point import INT32_MAX
from tinyq.ops import Call
from tinyq.ops.accumulate import OutputStage, output_stage

SHIFT = 10  # E; nearly every channel of a trained model has a solution with it
_TRIES = 64  # values of B on either side of the one without rounding


def fused_rescaling(call: Call[Any], plain: Rescaling, scale: int = 256) -> tuple[Array, Array] | None:
    """int64 (M, B) of all channels, B beside the bias of the layer; None where one has no solution."""
    stage = output_stage(call, len(plain.biases))
    if stage.low != stage.zero_point:
        return None
    clamp = (stage.zero_point, stage.low, stage.high)
    channels = zip(stage.multipliers.tolist(), stage.shifts.tolist(), plain.largest.tolist(), strict=True)
    found = [_solve(multiplier, shift, *clamp, largest, scale) for multiplier, shift, largest in channels]
    solved = [each for each in found if each is not None]
    if len(solved) < len(found):
        return None
    multipliers, offsets = np.array(solved, np.int64).T
    return multipliers, offsets


@cache
def _solve(
    multiplier: int, shift: int, zero_point: int, low: int, high: int, largest: int, scale: int
) -> tuple[int, int] | None:
    stage = OutputStage(np.array(multiplier), np.array(shift), zero_point, low, high)
    real = multiplier * 2.0 ** (shift - 31)
    # Half of an output, and half of the place to which the first rounding goes.
    halves = 0.5 + 2.0 ** (shift - 1)
    middle = round(scale * (zero_point + halves) / real) if real else 0
    if abs(middle) + _TRIES + scale * largest > INT32_MAX:
        return None
    offsets = middle + np.array(sorted(range(-_TRIES, _TRIES + 1), key=abs), np.int64)
    least, most = _bounds(*_steps(stage, largest), offsets, scale)
    possible = np.flatnonzero(least <= most)
    return (int(least[possible[0]]), int(offsets[possible[0]])) if len(possible) else None


def _steps(stage: OutputStage, largest: int) -> tuple[Array, Array, Array, Array]:
    """Where the output must have reached an integer, and where it must still be below one.

    Returns:
        Integers and the accumulators at which they are reached; integers and the last accumulators below them. The
        clamp sees to what lies beyond its limits.
    """
    first, last = map(int, stage.apply(np.array([-largest, largest])))
    outputs = np.arange(first + 1, last + 1, dtype=np.int64)
    below, above = np.full(len(outputs), -largest), np.full(len(outputs), largest)
    for _ in range(LARGEST_SUM.bit_length() + 1):
        middle = (below + above) // 2
        reached = stage.apply(middle) >= outputs
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    from_start, to_end = [(first, -largest)] * (first > stage.low), [(last + 1, largest)] * (last < stage.high)
    reaching = np.array([*from_start, *zip(outputs, above, strict=True)], np.int64).reshape(-1, 2)
    short = np.array([*zip(outputs, above - 1, strict=True), *to_end], np.int64).reshape(-1, 2)
    return reaching[:, 0], reaching[:, 1], short[:, 0], short[:, 1]


def _bounds(
    reached: Array, reaching: Array, missed: Array, short: Array, offsets: Array, scale: int
) -> tuple[Array, Array]:
    """Least and greatest M for each of `offsets`; least > greatest where there is none.

    `D * M >= target` where an integer is reached and `D * M < target` where it is not, with D = g * a + B.
    """
    at_least, less_than = reached << (32 + SHIFT), missed << (32 + SHIFT)
    reaching, short = scale * reaching + offsets[:, None], scale * short + offsets[:, None]
    impossible = ((reached > 0) & (reaching <= 0)).any(axis=1) | ((missed <= 0) & (short >= 0)).any(axis=1)
    least = np.concatenate(
        [
            np.where(reached > 0, -(-at_least // np.maximum(reaching, 1)), 0),
            np.where(missed <= 0, less_than // np.minimum(short, -1) + 1, 0),
        ],
        axis=1,
    )
    most = np.concatenate(
        [
            np.where((reached <= 0) & (reaching < 0), at_least // np.minimum(reaching, -1), INT32_MAX),
            np.where((missed > 0) & (short > 0), (less_than - 1) // np.maximum(short, 1), INT32_MAX),
        ],
        axis=1,
    )
    low, high = least.max(axis=1, initial=0), most.min(axis=1, initial=INT32_MAX)
    return np.where(impossible, 1, low), np.where(impossible, 0, high)
