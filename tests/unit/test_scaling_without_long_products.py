"""The way from accumulators to int8 with 32-bit products equals the reference, wherever constants are found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples

from tinyq.ir.graph import Array
from tinyq.kernels.dsp.truncation import Reachable
from tinyq.kernels.thumb._scaling import SUM_BITS, Scaling, scaling_of
from tinyq.ops.output_stage import OutputStage


def stage(multiplier: int, shift: int, zero_point: int, low: int, high: int) -> OutputStage:
    return OutputStage(np.array([multiplier], np.int32), np.array([-shift], np.int8), zero_point, low, high)


def computed(scaling: Scaling, sums: Array) -> Array:
    """What the macro `to_int8` computes, step by step; int32 must hold every intermediate result."""
    parameters, (words,) = dict(scaling.parameters), scaling.words.astype(np.int64)
    if parameters["limits"]:
        sums = np.clip(sums, -(2**SUM_BITS), 2**SUM_BITS - 1)
    high, middle, low, added, shift = words.tolist()
    steps = [sums * low, sums * middle, sums * high]
    steps.append(steps[1] + (steps[0] >> 11))
    steps.append(steps[2] + (steps[3] >> 11))
    steps.append(steps[4] + added)
    steps.append(steps[5] - (sums < 0) * 512 * parameters["signs"])
    assert all(np.abs(step + 0.5).max() < 2**31 for step in steps)
    clipped: Array = np.clip(steps[-1] >> shift, 0, parameters["span"]) + parameters["low"]
    return clipped


@examples(300)
@given(
    st.integers(2**30, 2**31 - 1),
    st.integers(0, 16),
    st.integers(-128, 127),
    st.sampled_from(["none", "relu", "relu6"]),
    st.integers(2, 26),
    st.integers(0, 2**32 - 1),
)
def test_it_equals_the_reference_at_every_step_and_at_random(
    multiplier: int, shift: int, zero_point: int, activation: str, bits: int, seed: int
) -> None:
    low = -128 if activation == "none" else zero_point
    high = min(127, zero_point + 90) if activation == "relu6" else 127
    reference = stage(multiplier, shift, zero_point, low, high)
    reachable = Reachable(np.array([-(2**bits)]), np.array([2**bits - 1]))
    found = scaling_of(reference, reachable)
    if found is None:
        return
    chance = np.random.default_rng(seed)
    steps = np.rint((np.arange(-140, 140) + 0.5) * 2.0 ** (31 + shift) / multiplier).astype(np.int64)
    near = (steps[:, np.newaxis] + np.arange(-3, 4)).ravel()
    sums = np.concatenate([near, chance.integers(-(2**bits), 2**bits, 500), np.arange(-4, 5), [-(2**bits)]])
    sums = np.clip(sums, -(2**bits), 2**bits - 1)
    assert (computed(found, sums) == reference.apply(sums[:, np.newaxis])[:, 0]).all()


@pytest.mark.parametrize(("shift", "bits"), [(0, 20), (7, 19), (7, 24), (12, 20)])
def test_usual_layers_have_constants(shift: int, bits: int) -> None:
    reachable = Reachable(np.array([-(2**bits)]), np.array([2**bits - 1]))
    assert scaling_of(stage(2**30 + 12345, shift, -128, -128, 127), reachable) is not None


def test_sums_that_are_out_of_range_before_the_output_is_saturated_have_none() -> None:
    reachable = Reachable(np.array([-(2**24)]), np.array([2**24]))
    assert scaling_of(stage(2**30, 16, -128, -128, 127), reachable) is None
