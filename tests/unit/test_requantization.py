"""Both forms of requantization give the reference's output for every accumulator that a layer reaches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.mlperf import compiled
from support.requantized import accumulators, computed, ranges, stages, sums

from tinyq.kernels.dsp.requantization import requantization, rounding, truncating
from tinyq.kernels.dsp.truncation import Reachable, first_at_least
from tinyq.numerics.fixed_point import quantize_multiplier
from tinyq.ops import call_of
from tinyq.ops.output_stage import OutputStage

EXPONENTS = (10, 12, 8)


@examples(300)
@given(data=st.data())
def test_the_rounding_form_equals_the_reference(data: st.DataObject) -> None:
    stage = data.draw(stages())
    largest = 2 ** data.draw(st.integers(1, 29 - max(0, int(stage.shifts.max())))) - 1
    reachable = data.draw(ranges(len(stage.shifts), largest))
    bias = (reachable.least + reachable.greatest) // 2
    form = rounding(stage, reachable, bias)
    if stage.shifts.min() >= -23:
        assert form is not None
    if form is not None:
        numbers = data.draw(accumulators(stage, reachable))
        assert (computed(form, sums(form, bias, numbers)) == stage.apply(numbers)).all()


@pytest.mark.parametrize("shift", range(-23, 9))
def test_the_rounding_form_equals_the_reference_at_every_small_accumulator(shift: int) -> None:
    numbers = np.arange(-(2**12), 2**12)[:, None]
    reachable = Reachable(np.array([-(2**12)]), np.array([2**12 - 1]))
    for multiplier in (2**30, 2**30 + 1, 1518500250, 2**31 - 1):
        stage = OutputStage(np.array([multiplier], np.int32), np.array([shift], np.int8), 3, -128, 127)
        form = rounding(stage, reachable, np.array([0]))
        assert form is not None
        assert (computed(form, sums(form, np.array([0]), numbers)) == stage.apply(numbers)).all()


def test_the_rounding_form_is_refused_where_a_doubled_accumulator_does_not_fit() -> None:
    stage = OutputStage(np.array([2**30], np.int32), np.array([-23], np.int8), 0, -128, 127)
    for largest, accepted in ((2**30 - 1, True), (2**30, False)):
        reachable = Reachable(np.array([-largest]), np.array([largest]))
        assert (rounding(stage, reachable, np.array([0])) is not None) == accepted


def test_a_left_shift_that_wraps_is_refused() -> None:
    stage = OutputStage(np.array([2**30], np.int32), np.array([8], np.int8), -128, -128, 127)
    reachable, bias = Reachable(np.array([-(2**24)]), np.array([2**24])), np.array([0])
    assert rounding(stage, reachable, bias) is None
    assert truncating(stage, reachable, bias, (256,), EXPONENTS) is None


@examples(150)
@given(data=st.data())
def test_the_truncating_form_equals_the_reference_where_it_is_found(data: st.DataObject) -> None:
    stage = data.draw(stages(-12, -3, relu=True))
    reachable = data.draw(ranges(len(stage.shifts), 2 ** data.draw(st.integers(4, 21))))
    bias = (reachable.least + reachable.greatest) // 2
    form = truncating(stage, reachable, bias, (256, 16), EXPONENTS)
    if form is not None:
        numbers = data.draw(accumulators(stage, reachable))
        assert (computed(form, sums(form, bias, numbers)) == stage.apply(numbers)).all()


def test_the_truncating_form_equals_the_reference_at_every_accumulator_of_a_usual_layer() -> None:
    pairs = [quantize_multiplier(real) for real in (0.0021, 0.00345678, 0.00091, 0.0157)]
    multipliers, shifts = np.array(pairs).T
    stage = OutputStage(multipliers.astype(np.int32), shifts.astype(np.int8), -128, -128, 127)
    bias = np.array([1234, -40000, 2**30, 17])
    reachable = Reachable(np.array([-200_000, -150_000, 2**30, -3000]), np.array([200_000, 70_000, 2**30, 90_000]))
    form = truncating(stage, reachable, bias, (256,), EXPONENTS)
    assert form is not None
    for channel, (least, greatest) in enumerate(zip(reachable.least, reachable.greatest, strict=True)):
        numbers = np.arange(least, greatest + 1)[:, None] * np.ones(4, np.int64)
        expected = stage.apply(numbers)[:, channel]
        assert (computed(form, sums(form, bias, numbers))[:, channel] == expected).all()


def test_the_truncating_form_is_not_sought_without_a_clamp_at_the_zero_point() -> None:
    stage = OutputStage(np.array([2**30], np.int32), np.array([-8], np.int8), 5, -128, 127)
    reachable = Reachable(np.array([-1000]), np.array([1000]))
    assert truncating(stage, reachable, np.array([0]), (256,), EXPONENTS) is None


@examples(100)
@given(data=st.data())
def test_steps_are_where_the_reference_rises(data: st.DataObject) -> None:
    stage = data.draw(stages(-20, 0))
    reachable = data.draw(ranges(len(stage.shifts), 2**20))
    rises = first_at_least(stage, reachable)
    for step, rise in zip(range(-127, 128), rises, strict=True):
        within = (rise > reachable.least) & (rise <= reachable.greatest)
        assert (stage.apply(np.minimum(rise, reachable.greatest))[within] >= step).all()
        assert (stage.apply(np.maximum(rise - 1, reachable.least))[within] < step).all()


@pytest.mark.parametrize("model", ["kws", "ic_resnet8"])
def test_every_layer_of_a_real_model_has_a_form_and_those_with_relu_that_of_two_instructions(model: str) -> None:
    graph = compiled(model).graph
    for node in graph.nodes:
        if node.op in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            form = requantization(call_of(graph, node))
            assert form is not None
            assert form.truncates == (getattr(node.options, "activation", None) == "RELU")
