"""The NumPy reference of each operator equals TensorFlow Lite on every byte.

The oracle is the tflite-micro wheel, but for the cases that it can't compute, where the case itself names BUILTIN_REF:
- QUANTIZE from float32 or uint8 to uint8, for which it has no kernel;
- MEAN over more than two axes: it keeps them in an array of two and does not look.

What else tflite-micro does not take is no case here: RELU6 where 6 is beyond int32 in the output's scale (it refuses);
ADD whose output scale is 2**-19 of the larger input's or less, and SOFTMAX with `beta * scale` up to 2**-26 (it aborts,
and tinyq refuses). SOFTMAX whose exponentials add up to 512 or more is legal, but there it aborts as well.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.c_library import functions_of_this_machine
from support.cases import Case, cases_of
from support.cases._case import Array, Oracle, one_operator
from support.cases._int16_sums import SUMS, sums_of
from support.examples import examples
from support.oracles import oracle_answers
from support.tflite_model import T

from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite
from tinyq.ops import supported_operators

ALL_INT8 = np.arange(-128, 128)


def assert_the_reference_equals_the_oracle(case: Case) -> None:
    with functions_of_this_machine():
        references = run_reference(import_tflite(case.tflite, "case", "case.tflite"), case.inputs, steps=case.steps)
    for reference, answers in zip(references, oracle_answers(case), strict=True):
        assert (reference.shape, reference.dtype) == (answers.shape, answers.dtype)
        # As bytes: a float32 -0.0 is not 0.0.
        differing = np.frombuffer(reference.tobytes(), np.uint8) != np.frombuffer(answers.tobytes(), np.uint8)
        assert not differing.any(), f"{differing.sum()} bytes differ: {reference} where the oracle has {answers}"


def softmax_case(samples: Array, step: float) -> Case:
    depth = samples.shape[-1]
    image = T("x", (depth,), scales=(step,), zero_points=(0,))
    output = T("y", (depth,), scales=(1 / 256,), zero_points=(-128,))
    return one_operator("SOFTMAX", [image], output, [samples], "SoftmaxOptions", {"beta": 1.0})


@pytest.mark.parametrize("op", supported_operators())
@examples(70)
@given(data=st.data())
def test_the_reference_equals_the_oracle(op: str, data: st.DataObject) -> None:
    assert_the_reference_equals_the_oracle(data.draw(cases_of(op)))


@pytest.mark.slow
@pytest.mark.parametrize("op", supported_operators())
@examples(300, at_random=True)
@given(data=st.data())
def test_the_reference_equals_the_oracle_in_a_long_sweep(op: str, data: st.DataObject) -> None:
    assert_the_reference_equals_the_oracle(data.draw(cases_of(op)))


@pytest.mark.parametrize("scales", [(0.5, 0.3, 0.7), (0.01, 1.0, 0.9), (1.0, 1.0, 1.0), (0.2, 0.2, 0.003)])
def test_every_pair_of_values_is_added_right(scales: tuple[float, float, float]) -> None:
    first = T("x1", (256, 1), scales=scales[:1], zero_points=(-7,))
    second = T("x2", (1, 256), scales=scales[1:2], zero_points=(100,), data=ALL_INT8.reshape(1, 256))
    output = T("y", (256, 256), scales=scales[2:], zero_points=(12,))
    samples = [ALL_INT8.reshape(1, 256, 1).astype(np.int8)]
    assert_the_reference_equals_the_oracle(one_operator("ADD", [first, second], output, samples, "AddOptions"))


@pytest.mark.parametrize("ratio", [2.0**-40, 2.0**-31, 0.013, 0.5, 0.999, 1.0, 1.5, 37.0, 2.0**23, 2.0**30])
def test_every_value_is_requantized_right(ratio: float) -> None:
    image = T("x", (256,), scales=(0.25,), zero_points=(-3,))
    output = T("y", (256,), scales=(0.25 / ratio,), zero_points=(5,))
    assert_the_reference_equals_the_oracle(
        one_operator("QUANTIZE", [image], output, [ALL_INT8.reshape(1, 256).astype(np.int8)])
    )


@pytest.mark.parametrize("oracle", ["tflite-micro", "BUILTIN_REF"])
@pytest.mark.parametrize("slope", [-0.5, -0.25, -0.375, -1.5, -0.3125, -13127211 / 2**24])
def test_a_negative_slope_rounds_right_where_the_answer_lies_between_two(slope: float, oracle: Oracle) -> None:
    """The last is 2**-24 above such a place at x = -131."""
    image = T("x", (256,), scales=(1.0,), zero_points=(127,))
    output = T("y", (256,), scales=(1.0,), zero_points=(-128,))
    samples, options = [ALL_INT8.reshape(1, 256).astype(np.int8)], {"alpha": slope}
    assert_the_reference_equals_the_oracle(
        one_operator("LEAKY_RELU", [image], output, samples, "LeakyReluOptions", options, oracle)
    )


@pytest.mark.parametrize("ratio", [1.0, 1.7, 37.0, 2.0**15, 2.0**22, 1.3 * 2.0**30])
def test_a_left_shift_wraps_at_32_bits_as_in_the_oracle(ratio: float) -> None:
    image = T("x", (1, 1), scales=(0.5,), zero_points=(0,))
    weights = T("w", (200, 1), scales=(0.25,), data=np.zeros((200, 1)))
    sums = np.random.default_rng(1).integers(-(2**30), 2**30, 200) >> np.arange(200) % 31
    bias = T("b", (200,), "int32", (0.125,), data=sums)
    output = T("y", (1, 200), scales=(0.125 / ratio,), zero_points=(3,))
    samples = [np.zeros((1, 1, 1), np.int8)]
    assert_the_reference_equals_the_oracle(
        one_operator("FULLY_CONNECTED", [image, weights, bias], output, samples, "FullyConnectedOptions")
    )


@pytest.mark.parametrize(("depth", "step"), [(511, 2.0**-20), (511, 16.0), (4095, 0.0125), (4095, 0.1)])
def test_a_long_softmax_is_right_as_far_as_the_oracle_goes(depth: int, step: float) -> None:
    flat, peaked = np.full((2, depth), -128)
    peaked[17] = 127
    samples = np.stack([flat, peaked] if depth < 512 else [peaked, peaked[::-1]]).astype(np.int8)
    assert_the_reference_equals_the_oracle(softmax_case(samples, step))


@pytest.mark.parametrize(("depth", "step"), [(512, 0.1), (1000, 2.0**-12), (4095, 16.0)])
def test_a_flat_softmax_over_512_numbers_or_more_answers_zero(depth: int, step: float) -> None:
    """No interpreter is the oracle: tflite-micro aborts, and 1/512 is half of the output's step 1/256."""
    case = softmax_case(np.full((1, depth), 5, np.int8), step)
    (reference,) = run_reference(import_tflite(case.tflite, "case", "case.tflite"), case.inputs)
    assert (reference == -128).all()


def test_a_root_of_an_output_too_coarse_for_it_is_refused() -> None:
    """The oracle would shift by 32 bits, which C leaves undefined."""
    image = T("x", (127,), scales=(8.0,), zero_points=(0,))
    output = T("y", (127,), scales=(2048.0,), zero_points=(5,))
    case = one_operator("RSQRT", [image], output, [np.arange(1, 128, dtype=np.int8).reshape(1, 127)])
    with pytest.raises(TinyqError, match="found an output scale of 2048 for an input scale of 8; accepted: "):
        import_tflite(case.tflite, "case", "case.tflite")


def test_a_mean_of_many_numbers_does_not_overflow() -> None:
    image = T("x", (1, 512, 512, 2), scales=(0.5,), zero_points=(127,))
    output = T("y", (1, 2), scales=(0.5,), zero_points=(127,))
    axes = T("axes", (2,), "int32", data=np.array([1, 2]))
    samples = np.stack([np.full(image.shape, -128), np.full(image.shape, 127)]).astype(np.int8)
    assert_the_reference_equals_the_oracle(
        one_operator("MEAN", [image, axes], output, [samples], "ReducerOptions", {"keepDims": False})
    )


def test_the_line_on_which_a_logarithm_rises_farther_than_int16_wraps_around_as_in_the_oracle() -> None:
    """From log(0), for which the least answer stands, to log(4) the answers rise by 36160."""
    image, output = (T(name, (4096,), "int16", (scale,), (0,)) for name, scale in (("x", 2.0**-5), ("y", 2.0**-13)))
    samples = [np.arange(-(2**15), 2**15).reshape(16, 4096).astype(np.int16)]
    assert_the_reference_equals_the_oracle(one_operator("LOG", [image], output, samples, oracle="BUILTIN_REF"))


@pytest.mark.parametrize("c_type", SUMS)
def test_sums_of_int16_are_right_up_to_their_ends_and_beyond(c_type: str) -> None:
    assert_the_reference_equals_the_oracle(sums_of(c_type))
