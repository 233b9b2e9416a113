"""From accumulators to int8 without products of more than 32 bits: what routines need for it, channel by channel.

For multiplier M, right shift e and zero point z the reference is gemmlowp's
`RoundingDivideByPOT(SaturatingRoundingDoublingHighMul(a, M), e) + z`, that is, with `h = (a * M + 2**30) >> 31`,
`((h + 2**(e-1) - (h < 0)) >> e) + z` for e > 0 and `h + z` for e = 0. Shifts round down, so they can be joined:

    (a * M + 2**30 + 2**(e+30) - (h < 0) * 2**31) >> (31 + e)

All that is added to a * M is a multiple of 2**22, so its lowest 22 bits can go first. With v = (a * M) >> 22:

    (v + 2**8 + 2**(e+8) - (h < 0) * 2**9 + (z << e+9)) >> (e + 9)

The sign of `a` may stand for that of h: they differ only where a < 0 and h = 0, and there the result is 0 for both.
Where the activation clamps at the zero point, negative sums are clamped anyhow, and the sign is left out.

v comes from M in three parts of 9, 11 and 11 bits, M = (m2 << 22) + (m1 << 11) + m0:

    v = a * m2 + ((a * m1 + ((a * m0) >> 11)) >> 11)

which is exact, and stays within int32 for a from -2**20 to 2**20 - 1. Sums beyond that are clamped to it first, if the
reference answers the same for both.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.dsp.requantization import accumulator_range
from tinyq.kernels.dsp.truncation import Reachable
from tinyq.ops import Call
from tinyq.ops.output_stage import OutputStage, output_stage

PART = 11
SUM_BITS = 31 - PART
DROPPED = 2 * PART
POINT = 31 - DROPPED  # bits of v behind the binary point of a sum without a right shift


@dataclass(frozen=True, eq=False)
class Scaling:
    """What the macro `to_int8` of firmware_templates/routines/thumb/_to_int8.j2 needs.

    Attributes:
        words: int32 [channels, 5]: m2, m1, m0, what is added to v, and the right shift.
        parameters: of the routine: `signs` (whether the sign of a sum counts), `limits` (whether sums are clamped
            first), `low` and `span`: the least output, and the greatest less the least.
    """

    words: Array
    parameters: tuple[tuple[str, int], ...]


@lru_cache(maxsize=256)
def scaling(call: Call[Any]) -> Scaling | None:
    """The constants of `call`; None where they are not exact."""
    reachable = accumulator_range(call)
    return scaling_of(output_stage(call, len(reachable.least)), reachable)


def scaling_of(stage: OutputStage, reachable: Reachable) -> Scaling | None:
    """The constants for all accumulators within `reachable`; None where they are not exact."""
    shifts = -stage.shifts.astype(np.int64)
    signs, limits = stage.low < stage.zero_point, False
    if shifts.min() < (1 if signs else 0) or max(-reachable.least.min(), reachable.greatest.max()) >= 2**31:
        return None
    ends = np.stack([reachable.least, reachable.greatest])
    inside = np.clip(ends, -(2**SUM_BITS), 2**SUM_BITS - 1)
    if (inside != ends).any():
        limits = True
        if (stage.apply(inside) != stage.apply(ends)).any():
            return None
    multipliers = stage.multipliers.astype(np.int64)
    added = (1 << POINT - 1) + (1 << shifts + POINT >> 1) + (stage.zero_point - stage.low << shifts + POINT)
    added -= np.where(shifts == 0, 1 << POINT - 1, 0)  # one rounding only
    if np.abs(added).max() >= 2**30:
        return None
    parts = (multipliers >> DROPPED, multipliers >> PART & (1 << PART) - 1, multipliers & (1 << PART) - 1)
    return Scaling(
        np.stack([*parts, added, shifts + POINT], axis=1).astype(np.int32),
        (("signs", int(signs)), ("limits", int(limits)), ("low", stage.low), ("span", stage.high - stage.low)),
    )


def required(call: Call[Any]) -> Scaling:
    """`scaling` of a call that an implementation applies to."""
    found = scaling(call)
    assert found is not None
    return found
