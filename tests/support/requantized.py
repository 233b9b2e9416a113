"""Output stages, the accumulators at which they are hardest to get right, and what a Requantization makes of these."""

import numpy as np
from hypothesis import strategies as st

from support.cases._draw import Draw, chances, zero_points
from tinyq.ir.graph import Array
from tinyq.kernels.dsp.requantization import Requantization
from tinyq.kernels.dsp.truncation import Reachable, first_at_least
from tinyq.numerics.fixed_point import wrap_int32
from tinyq.ops.output_stage import OutputStage


@st.composite
def stages(draw: Draw, least_shift: int = -31, most_shift: int = 8, *, relu: bool = False) -> OutputStage:
    """One to four channels; with `relu` the clamp is at the zero point, -128, as converters give it."""
    channels = draw(st.integers(1, 4))
    shifts = draw(st.lists(st.integers(least_shift, most_shift), min_size=channels, max_size=channels))
    if draw(st.booleans()):
        shifts = [shifts[0]] * channels
    multiplier = st.integers(2**30, 2**31 - 1) | st.sampled_from([2**30, 2**31 - 1])
    multipliers = draw(st.lists(multiplier | st.just(0), min_size=channels, max_size=channels))
    zero_point = -128 if relu else draw(zero_points)
    low, high = (-128, 127) if relu else sorted(draw(st.tuples(st.integers(-128, 127), st.integers(-128, 127))))
    return OutputStage(np.array(multipliers, np.int32), np.array(shifts, np.int8), zero_point, low, high)


@st.composite
def ranges(draw: Draw, channels: int, largest: int) -> Reachable:
    """Accumulators around 0, or wholly on one side of it."""
    ends = [sorted(draw(st.tuples(*[st.integers(-largest, largest)] * 2))) for _ in range(channels)]
    least, greatest = np.array(ends, np.int64).T
    return Reachable(least, greatest)


@st.composite
def accumulators(draw: Draw, stage: OutputStage, reachable: Reachable) -> Array:
    """int64 [numbers, channels] within reach: the ends, both sides of every step, around 0, and at random."""
    chance = draw(chances)
    rises = first_at_least(stage, reachable)
    spread = chance.integers(reachable.least, reachable.greatest + 1, (200, len(reachable.least)))
    near = np.arange(-3, 4)[:, None] * np.ones(len(reachable.least), np.int64)
    everything = np.concatenate([rises, rises - 1, spread, near, [reachable.least, reachable.greatest]])
    within: Array = np.clip(everything, reachable.least, reachable.greatest)
    return within


def sums(form: Requantization, bias: Array, numbers: Array) -> Array:
    """What a routine sums for the accumulators `numbers`: it starts at `starts` and adds `gain` times the products."""
    return wrap_int32(form.starts + form.gains * (numbers - bias))


def computed(form: Requantization, total: Array) -> Array:
    """int8 of sums, instruction by instruction as the macro `to_int8` has them, registers being 32 bits wide."""
    values = dict(form.parameters)
    multipliers, shift = form.multipliers.astype(np.int64), values["requantize_shift"]
    if values["requantize_truncates"]:
        truncated: Array = np.clip(total * multipliers >> 32 >> shift, -128, 127)
        return truncated
    words = form.shifts.astype(np.int64)
    if values["requantize_mixed"]:
        total = wrap_int32(total << (words >> 8 & 0xFF))
        offset = form.offsets - (total < 0) * (words < 0)
    else:
        offset = form.offsets + (total >> 31 if shift != 0 else 0)
    high = wrap_int32((total * multipliers + (wrap_int32(offset) << 32) + 2**31) >> 32)
    saturated = np.clip(high >> (words & 0xFF if shift < 0 else shift), -128, 127)
    rounded: Array = np.clip(saturated, values["low"], values["high"])
    return rounded
