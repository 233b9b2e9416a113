"""Searches and proves the form of two instructions, `SSAT#8(SMMUL(gain * a + offset, M) ASR e)`, channel by channel.

The reference rises in steps as the accumulator `a` does, and so does `floor((gain * a + offset) * M / 2**(32 + e))`.
Both are clamped to int8, so they are equal for all reachable accumulators if they are at both sides of the at most 255
places where the reference rises. With X = gain * a + offset where it becomes k or more, and Y = X - gain just before,

    X * M >= k * 2**(32 + e)  and  Y * M < k * 2**(32 + e)

are two bounds for M; the search tries gains and offsets until the intervals of all steps have an integer in common.
The reference's ties away from zero break the pattern below the zero point, and hardly a channel has a solution there:
only layers that clamp at their zero point (ReLU) are searched.
"""

from dataclasses import dataclass, replace

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops.output_stage import OutputStage

GAINS = (256,)
STEPS = np.arange(-127, 128)
INT32 = 2**31
BEYOND = -INT32 + 64  # the least sum of a channel that is always at the clamp
MIDDLE = 18  # binary logarithm of the multiplier of other constant channels
#: Offsets tried around the real one, the nearest first.
NEAR = np.array(sorted(range(-400, 401), key=abs))
#: So many numbers at once, at most: larger arrays leave the processor's cache.
_LARGEST = 2**15
#: First and last of NEAR, and for how many channels at most: nearly all are solved by the first nine.
ROUNDS = ((0, 9, 10**6), (9, 97, 10**6), (97, len(NEAR), 8))


@dataclass(frozen=True, eq=False)
class Reachable:
    """The least and the greatest accumulator, int64 [channels]."""

    least: Array
    greatest: Array


@dataclass(frozen=True, eq=False)
class Truncation:
    """The constants of the form, int64 [channels], and its one exponent e."""

    gains: Array
    offsets: Array
    multipliers: Array
    exponent: int


def truncation(
    stage: OutputStage, reachable: Reachable, gains: tuple[int, ...], exponents: tuple[int, ...]
) -> Truncation | None:
    """Constants of the first exponent with which every channel is exact; None if there is none.

    Args:
        stage: the reference.
        reachable: accumulators beyond it do not occur.
        gains: tried in this order for each channel.
        exponents: tried in this order for the layer, 1 to 16.
    """
    if (stage.zero_point, stage.low, stage.high) != (-128, -128, 127) or (
        reachable.greatest - reachable.least
    ).max() >= INT32:
        return None
    # A left shift wraps around in the reference: then it is not monotone.
    left = np.maximum(stage.shifts.astype(np.int64), 0)
    if (np.maximum(np.abs(reachable.least), np.abs(reachable.greatest)) * 2.0**left).max() >= INT32:
        return None
    return _same_for_all(stage, reachable, gains, exponents) or _first(stage, reachable, gains, exponents)


def _same_for_all(
    stage: OutputStage, reachable: Reachable, gains: tuple[int, ...], exponents: tuple[int, ...]
) -> Truncation | None:
    """One solution for all channels, if the reference has the same multiplier for all."""
    channels = len(stage.multipliers)
    if (stage.multipliers != stage.multipliers[0]).any() or (stage.shifts != stage.shifts[0]).any():
        return None
    one = replace(stage, multipliers=stage.multipliers[:1], shifts=stage.shifts[:1])
    widest = Reachable(reachable.least.min(keepdims=True), reachable.greatest.max(keepdims=True))
    if widest.greatest[0] - widest.least[0] >= INT32:
        return None
    found = _first(one, widest, gains, exponents)
    if found is None:
        return None
    repeated = np.stack([found.gains, found.offsets, found.multipliers]).repeat(channels, axis=1)
    return Truncation(repeated[0], repeated[1], repeated[2], found.exponent)


def _first(
    stage: OutputStage, reachable: Reachable, gains: tuple[int, ...], exponents: tuple[int, ...]
) -> Truncation | None:
    rises = first_at_least(stage, reachable)
    solutions = (_search(stage, reachable, rises, gains, exponent) for exponent in exponents)
    return next((found for found in solutions if found is not None), None)


def first_at_least(stage: OutputStage, reachable: Reachable) -> Array:
    """int64 [255, channels]: the least reachable accumulator whose output is -127, -126, ... 127 or more.

    One more than the greatest where none is. By bisection of the reference itself, which is monotone.
    """
    steps = STEPS[:, None]
    low = np.broadcast_to(reachable.least, (len(STEPS), len(reachable.least))).copy()
    high = np.broadcast_to(reachable.greatest + 1, low.shape).copy()
    while (low < high).any():
        middle = (low + high) >> 1
        enough = stage.apply(np.minimum(middle, reachable.greatest)) >= steps
        open_ = low < high
        high = np.where(open_ & enough, middle, high)
        low = np.where(open_ & ~enough, middle + 1, low)
    return low


def _search(
    stage: OutputStage, reachable: Reachable, rises: Array, gains: tuple[int, ...], exponent: int
) -> Truncation | None:
    channels = rises.shape[1]
    solution = np.zeros((3, channels), np.int64)  # gain, offset, multiplier
    for gain in gains:
        for start, end, most in ROUNDS:
            open_ = np.flatnonzero(solution[2] == 0)
            if not 0 < len(open_) <= most:
                break
            part = Reachable(reachable.least[open_], reachable.greatest[open_])
            near = _centres(stage, reachable, gain, exponent)[open_] + NEAR[start:end, None]
            multipliers = _multipliers(rises[:, open_], part, gain, near, exponent)
            best = (multipliers > 0).argmax(axis=0)
            chosen = [array[best, np.arange(len(open_))] for array in (near, multipliers)]
            solved = chosen[1] > 0
            solution[:, open_[solved]] = np.stack([np.full(len(open_), gain), *chosen])[:, solved]
    return Truncation(solution[0], solution[1], solution[2], exponent) if solution[2].all() else None


def _centres(stage: OutputStage, reachable: Reachable, gain: int, exponent: int) -> Array:
    """int64 [channels]: around which offsets to search.

    It is what the offset would be if multipliers were real numbers: the zero point and both roundings of the reference.
    Where the output never changes, it is what puts the sums far beyond the clamp, or else around the output's middle.
    """
    shifts = stage.shifts.astype(np.int64)
    real = np.maximum(stage.multipliers.astype(np.float64), 1.0) * 2.0 ** (shifts - 31.0)
    rounding = 0.5 + np.where(shifts < 0, 2.0 ** (shifts - 1.0), 0.0)
    usual = np.clip(np.rint((stage.zero_point + rounding) * gain / real), -(2.0**40), 2.0**40).astype(np.int64)
    first, last = (stage.apply(numbers).astype(np.int64) for numbers in (reachable.least, reachable.greatest))
    bottom, top = BEYOND - gain * reachable.least, -BEYOND - gain * reachable.greatest
    middle = (2 * first + 1) * 2 ** (31 + exponent - MIDDLE) - gain * (reachable.least + reachable.greatest) // 2
    constant = np.where(first == -128, bottom, np.where(first == 127, top, middle))
    centres: Array = np.where(first == last, constant, usual)
    return centres


def _multipliers(rises: Array, reachable: Reachable, gain: int, offsets: Array, exponent: int) -> Array:
    """int64 like `offsets` [tries, channels]: a multiplier that makes all steps right, or 0."""
    least, greatest = np.ones_like(offsets), np.full_like(offsets, INT32 - 1)
    fits = (np.abs(gain * reachable.least + offsets) < INT32) & (np.abs(gain * reachable.greatest + offsets) < INT32)
    at_once = max(1, _LARGEST // offsets.size)
    for start in range(0, len(STEPS), at_once):
        levels = (STEPS[start : start + at_once] * 2 ** (32 + exponent))[:, None, None]
        rise = rises[start : start + at_once, None]
        reached = _at_least(gain * rise + offsets, levels)
        before = _at_most(gain * (rise - 1) + offsets, levels - 1)
        for bounds, matters in ((reached, rise <= reachable.greatest), (before, rise > reachable.least)):
            least = np.maximum(least, np.where(matters, bounds[0], 1).max(axis=0))
            greatest = np.minimum(greatest, np.where(matters, bounds[1], INT32 - 1).min(axis=0))
        fits &= least <= greatest
        if not fits.any():
            break
    return np.where(fits, least, 0)


def _at_least(x: Array, level: Array) -> tuple[Array, Array]:
    """Bounds, least and greatest, of the positive multipliers m with `x * m >= level`."""
    divisor = np.where(x == 0, 1, x)
    lower = np.where(x > 0, -(-level // divisor), 1)
    upper = np.where(x < 0, level // divisor, INT32)
    return lower, np.where((x == 0) & (level > 0), 0, upper)


def _at_most(x: Array, level: Array) -> tuple[Array, Array]:
    """The same of those with `x * m <= level`."""
    return _at_least(-x, -level)
