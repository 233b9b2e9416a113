"""From accumulators to int8 in few instructions of the DSP extension: what routines need for it, channel by channel.

Two forms, both exact for every accumulator that the layer can reach. A routine sums `gain * a`, where `a` is the
reference's accumulator, by multiplying the weights by `gain` and starting at `start`; then the macro `to_int8` of
firmware_templates/routines/_requantize.j2 makes an int8 of it.

Rounding, for any layer: `gain` is 2. For multiplier M, right shift e and zero point z the reference is gemmlowp's
`RoundingDivideByPOT(SaturatingRoundingDoublingHighMul(a, M), e) + z`. Its first step is
`h = floor((a * M + 2**30) / 2**31) = floor((2a * M + 2**31) / 2**32)`, which is what SMMLAR computes, and it saturates
for `a = M = -2**31` alone. The second, ties away from zero, is `(h + 2**(e-1) - (h < 0)) >> e` for e > 0, as h < 2**e.
The sign of `a` may stand for that of h: M is not negative, so they differ only where a < 0 and h = 0, and there
`(2**(e-1) - 1) >> e` is 0 as well. As z is whole, it may go under the shift, `(h + (z << e) + ...) >> e`, if nothing
overflows: |h| <= 2**30 and e <= 23 see to that. Hence, with C = (z << e) + (1 << e - 1), and C = z for e = 0:

    t = C + (2a ASR 31) if e > 0 else C;  r = SMMLAR(2a, M, t) ASR e;  SSAT

Truncating, where its search (truncation.py) succeeds: `SSAT(SMMUL(gain * a + offset, M) ASR e)`, two instructions.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.dsp.truncation import GAINS, Reachable, truncation
from tinyq.numerics.fixed_point import wrap_int32
from tinyq.ops import Call
from tinyq.ops.accumulate import bias_of, input_offset, weights_by_channel
from tinyq.ops.output_stage import OutputStage, output_stage

LARGEST_SHIFT = 23
LARGEST_SUM = 2**30  # twice as much no longer fits int32
DOUBLED = 2
SIGN_COUNTS = -(2**31)  # bit 31 of the word of shifts: e > 0
BY_REGISTER = -1


@dataclass(frozen=True, eq=False)
class Requantization:
    """What a routine needs for each output channel, and what its template needs to know; arrays are [channels].

    Attributes:
        gains: int64, what the weights are multiplied by.
        starts: int32, what sums start at; the bias, and for the truncating form its offset, are in it. Sums wrap around
            on their way, but what they end at is the true sum.
        largest: int64, no `start / gain + sum(weight * input)` is greater in magnitude.
        multipliers: int32, M.
        offsets: int32, C of the rounding form; 0 for the truncating one, which needs none.
        shifts: int32 words: e in bits 0 to 7, a left shift of the sum in bits 8 to 15, in bit 31 whether e > 0.
            Routines read them only where `parameters` says that the shift is BY_REGISTER.
        parameters: of the routine: `requantize_truncates` (0, 1), `requantize_shift` (e of all channels, or
            BY_REGISTER), `requantize_mixed` (1 where shifts differ and some are not to the right), `low`, `high`.
    """

    gains: Array
    starts: Array
    largest: Array
    multipliers: Array
    offsets: Array
    shifts: Array
    parameters: tuple[tuple[str, int], ...]

    @property
    def truncates(self) -> bool:
        """Whether it is the form of two instructions."""
        return bool(dict(self.parameters)["requantize_truncates"])

    @property
    def by_register(self) -> bool:
        """Whether each channel has its own shift."""
        return dict(self.parameters)["requantize_shift"] == BY_REGISTER


@lru_cache(maxsize=1024)
def requantization(
    call: Call[Any], gains: tuple[int, ...] = GAINS, exponents: tuple[int, ...] = (10, 11, 12, 8)
) -> Requantization | None:
    """The form of fewest instructions for `call`; None where neither is exact, and the layer stays portable.

    Args:
        call: of a layer that accumulates; its zero point may be folded into the bias or not.
        gains: those that the truncating form may use, best first: (256,) for weights in two-channel words, () for
            never.
        exponents: its shifts, best first; layers with equal ones can share routines.
    """
    reachable = accumulator_range(call)
    stage = output_stage(call, len(reachable.least))
    bias = folded_bias(call)
    found = truncating(stage, reachable, bias, gains, exponents) if gains else None
    return found or rounding(stage, reachable, bias)


def folded_bias(call: Call[Any]) -> Array:
    """int64 bias [channels] for inputs without their zero point's offset."""
    weights = weights_by_channel(call)
    bias: Array = bias_of(call, len(weights)).astype(np.int64) + input_offset(call) * weights.sum(axis=1)
    return bias


def accumulator_range(call: Call[Any]) -> Reachable:
    """The accumulators that int8 inputs reach; padding is one of them, the zero point."""
    weights, bias = weights_by_channel(call), folded_bias(call)
    positive, negative = np.maximum(weights, 0).sum(axis=1), np.minimum(weights, 0).sum(axis=1)
    return Reachable(bias - 128 * positive + 127 * negative, bias + 127 * positive - 128 * negative)


def truncating(
    stage: OutputStage, reachable: Reachable, bias: Array, gains: tuple[int, ...], exponents: tuple[int, ...]
) -> Requantization | None:
    """The form of two instructions, if every channel has one with the same exponent."""
    found = truncation(stage, reachable, gains, exponents)
    if found is None:
        return None
    starts = wrap_int32(found.gains * bias + found.offsets)
    nothing = np.zeros(len(bias), np.int32)
    return Requantization(
        gains=found.gains,
        starts=starts.astype(np.int32),
        largest=2**31 // found.gains,
        multipliers=found.multipliers.astype(np.int32),
        offsets=nothing,
        shifts=nothing,
        parameters=_parameters(1, found.exponent, 0, -128, 127),
    )


def rounding(stage: OutputStage, reachable: Reachable, bias: Array) -> Requantization | None:
    """The general form; None where twice an accumulator does not fit int32, or a shift is out of range."""
    least, greatest = reachable.least, reachable.greatest
    multipliers, shifts = stage.multipliers.astype(np.int64), -stage.shifts.astype(np.int64)
    largest = np.maximum(np.abs(least), np.abs(greatest))
    first, last = (stage.apply(numbers).astype(np.int64) for numbers in (least, greatest))
    # A multiplier of 0 and any start will do where the output does not depend on the input.
    constant = (first == last) & (largest * 2.0 ** np.maximum(-shifts, 0) < 2**31)
    largest = np.where(constant, np.maximum(np.abs(least - bias), np.abs(greatest - bias)), largest)
    usual = int(shifts[~constant].min(initial=LARGEST_SHIFT))
    multipliers, shifts = np.where(constant, 0, multipliers), np.where(constant, max(usual, 0), shifts)
    right, left = np.maximum(shifts, 0), np.maximum(-shifts, 0)
    if right.max() > LARGEST_SHIFT or (largest * 2.0**left).max() >= LARGEST_SUM:
        return None
    offsets = (np.where(constant, first, stage.zero_point) << right) + ((1 << right) >> 1)
    words = right + (left << 8) + np.where(right > 0, SIGN_COUNTS, 0)
    same = bool((words == words[0]).all() and left[0] == 0)
    return Requantization(
        gains=np.full(len(bias), DOUBLED, np.int64),
        starts=np.where(constant, 0, DOUBLED * bias).astype(np.int32),
        largest=largest,
        multipliers=multipliers.astype(np.int32),
        offsets=offsets.astype(np.int32),
        shifts=words.astype(np.int32),
        parameters=_parameters(
            0, int(right[0]) if same else BY_REGISTER, int(not same and right.min() == 0), stage.low, stage.high
        ),
    )


def _parameters(truncates: int, shift: int, mixed: int, low: int, high: int) -> tuple[tuple[str, int], ...]:
    return (
        ("requantize_truncates", truncates),
        ("requantize_shift", shift),
        ("requantize_mixed", mixed),
        ("low", low),
        ("high", high),
    )
