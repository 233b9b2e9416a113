"""The NumPy reference in the profile xnnpack equals TensorFlow Lite's default interpreter on every byte.

What that interpreter does not take is no case here: `litert_takes` says what. It lacks BROADCAST_TO.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.cases import Case, cases_of
from support.cases._case import Array, one_operator
from support.examples import examples
from support.oracles import builtin_ref, litert_takes, xnnpack_answers
from support.tflite_model import T

from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ops import supported_operators

WITHOUT_ANSWERS = ("BROADCAST_TO",)
OPERATORS = [op for op in supported_operators() if op not in WITHOUT_ANSWERS]


def assert_the_reference_equals_xnnpack(case: Case) -> None:
    graph = import_tflite(case.tflite, "case", "case.tflite", "xnnpack")
    references = run_reference(graph, case.inputs, steps=case.steps)
    for reference, answer in zip(references, xnnpack_answers(case), strict=True):
        assert (reference.size, reference.dtype) == (answer.size, answer.dtype)  # scalars get another shape there
        differing = np.ravel(reference).view(np.uint8) != np.ravel(answer).view(np.uint8)
        assert not differing.any(), f"{differing.sum()} bytes differ: {reference} where the oracle has {answer}"


@pytest.mark.parametrize("op", OPERATORS)
@examples(40)
@given(data=st.data())
def test_the_reference_equals_xnnpack(op: str, data: st.DataObject) -> None:
    case = data.draw(cases_of(op))
    assume(litert_takes(case))
    assert_the_reference_equals_xnnpack(case)


@pytest.mark.parametrize("activation", [2, 3])
@pytest.mark.parametrize("scale", [4.0, 2.0, 2 / 3, 0.4, 0.16, 0.08])
@pytest.mark.parametrize("zero_point", [0, 1])
def test_bounds_of_fused_activations_between_two_integers_are_as_in_xnnpack(
    scale: float, zero_point: int, activation: int
) -> None:
    """6 or 1 over the scale ends in a half; what XNNPACK does not run rounds it away from zero."""

    def int8(name: str, *shape: int, data: Array | None = None) -> T:
        return T(name, shape, scales=(scale if data is None else 1.0,), zero_points=(zero_point,), data=data)

    fused = {"fusedActivationFunction": activation}
    pool = {"padding": 0, "strideH": 1, "strideW": 1, "filterHeight": 1, "filterWidth": 1} | fused
    samples, one = [np.arange(-128, 128).reshape(256, 1, 1, 1, 1).astype(np.int8)], np.full((1,), zero_point + 1)
    image, result = int8("x", 1, 1, 1, 1), int8("y", 1, 1, 1, 1)
    for op in ("MAX_POOL_2D", "AVERAGE_POOL_2D"):
        assert_the_reference_equals_xnnpack(one_operator(op, [image], result, samples, "Pool2DOptions", pool))
    for op in ("ADD", "SUB", "MUL"):
        operands = [image, int8("b", 1, data=one)]
        assert_the_reference_equals_xnnpack(one_operator(op, operands, result, samples, f"{op.title()}Options", fused))
    weights = T("w", (1, 1), scales=(1.0,), zero_points=(0,), data=np.ones((1, 1)))
    bias = T("b", (1,), "int32", (scale,), (0,), data=np.zeros(1))
    dense = one_operator(
        "FULLY_CONNECTED", [image, weights, bias], int8("y", 1, 1), samples, "FullyConnectedOptions", fused
    )
    assert_the_reference_equals_xnnpack(dense)


@pytest.mark.parametrize(("slope", "ratio"), [(-256.0, 2.0**-9), (-0.5, 1.0)])
def test_a_negative_slope_rounds_right_where_the_answer_lies_between_two(slope: float, ratio: float) -> None:
    """The first ratio is beyond those that XNNPACK takes: TensorFlow Lite's own kernel runs."""
    image, result = (
        T(name, (256,), scales=(scale,), zero_points=(0,)) for name, scale in (("x", 1.0), ("y", 1 / ratio))
    )
    samples = [np.arange(-128, 128).reshape(1, 256).astype(np.int8)]
    case = one_operator("LEAKY_RELU", [image], result, samples, "LeakyReluOptions", {"alpha": slope})
    assert_the_reference_equals_xnnpack(case)


@pytest.mark.parametrize("finer", [255.0, 256.0, 1000.0, 2.0**16])
@pytest.mark.parametrize("op", ["ADD", "MUL", "BATCH_MATMUL"])
def test_with_output_scales_too_fine_for_the_default_interpreter_the_plain_kernel_answers(
    op: str, finer: float
) -> None:
    chance = np.random.default_rng(3)
    first = T("a", (4, 4), scales=(0.75,), zero_points=(-5,))
    constant = chance.integers(-127, 128, (4, 4)) if op == "BATCH_MATMUL" else None
    second = T("b", (4, 4), scales=(0.5,), zero_points=(0,), data=constant)
    output = T("y", (4, 4), scales=((0.75 if op == "ADD" else 0.375) / finer,), zero_points=(7,))
    near = chance.integers(-8, 3, (6, 4, 4)).astype(np.int8)
    samples = [near] if constant is not None else [near, near[::-1] + np.int8(5)]
    table = {"ADD": "AddOptions", "MUL": "MulOptions", "BATCH_MATMUL": "BatchMatMulOptions"}[op]
    case = one_operator(op, [first, second], output, samples, table)
    assert litert_takes(case) == (finer < 256)
    if litert_takes(case):
        assert_the_reference_equals_xnnpack(case)
    else:
        graph = import_tflite(case.tflite, "case", "case.tflite", "xnnpack")
        (reference,), (answer,) = run_reference(graph, case.inputs), builtin_ref(case.tflite, case.inputs)
        np.testing.assert_array_equal(reference, answer)


def test_the_ratio_of_a_product_of_int16_is_a_float32() -> None:
    """It is 1 here, and the greatest product wraps around; in double it is a little less, and nothing does."""
    scales = (0.026278013363480568, 0.018581360578536987, 0.00048828125)
    first, second, output = (T(name, (3,), "int16", (scale,), (0,)) for name, scale in zip("aby", scales, strict=True))
    samples = [np.array([[-32768, 32767, 5]], np.int16)] * 2
    assert_the_reference_equals_xnnpack(one_operator("MUL", [first, second], output, samples, "MulOptions"))


@pytest.mark.parametrize(("op", "scale"), [("LOGISTIC", 2.0**-12), ("TANH", 2.0**-12), ("TANH", 2.0**-11)])
def test_the_answers_to_every_int16_at_a_power_of_two_are_the_interpreters(op: str, scale: float) -> None:
    image, result = (T(name, (2**16,), "int16", (each,), (0,)) for name, each in (("x", scale), ("y", 2.0**-15)))
    samples = [np.arange(-(2**15), 2**15).reshape(1, 2**16).astype(np.int16)]
    assert_the_reference_equals_xnnpack(one_operator(op, [image], result, samples))


@pytest.mark.slow
@pytest.mark.parametrize("op", OPERATORS)
@examples(300, at_random=True)
@given(data=st.data())
def test_the_reference_equals_xnnpack_in_a_long_sweep(op: str, data: st.DataObject) -> None:
    case = data.draw(cases_of(op))
    assume(litert_takes(case))
    assert_the_reference_equals_xnnpack(case)
