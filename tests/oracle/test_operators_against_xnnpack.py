"""The NumPy reference in the profile xnnpack equals TensorFlow Lite's default interpreter on every byte.

What that interpreter does not take is no case here: `litert_takes` says what. It lacks BROADCAST_TO.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.c_library import functions_of_this_machine
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
    with functions_of_this_machine():
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


def int16_image(*shape: int) -> tuple[T, Array]:
    """A computed tensor, and samples for it."""
    samples = np.random.default_rng(4).integers(-(2**15), 2**15, (400, *shape)).astype(np.int16)
    return T("x", shape, "int16", (2.0**-5,), (0,)), samples


@pytest.mark.parametrize("bias_type", [None, "int32", "int64"])
@pytest.mark.parametrize("scales", [(4.1,), (1.99, 4.13, 4.5)], ids=["per tensor", "per channel"])
def test_dense_layers_of_int16_take_ties_upwards_unless_the_bias_has_64_bits(
    scales: tuple[float, ...], bias_type: str | None
) -> None:
    image, samples = int16_image(1, 5)
    matrix = T("w", (3, 5), scales=scales, data=np.random.default_rng(5).integers(-127, 128, (3, 5)))
    products = tuple(float(np.float32(image.scales[0] * scale)) for scale in scales)
    bias = [] if bias_type is None else [T("b", (3,), bias_type, products, data=np.array([0, 5000, -70000]))]
    result = T("y", (1, 3), "int16", (33.0,), (0,))
    case = one_operator("FULLY_CONNECTED", [image, matrix, *bias], result, [samples], "FullyConnectedOptions")
    assert_the_reference_equals_xnnpack(case)


def int4_convolution(op: str, channels: int, shape: tuple[int, ...]) -> Case:
    """One layer with weights of `shape` and so many input channels."""
    chance, axis = np.random.default_rng(6), 3 if op == "DEPTHWISE_CONV_2D" else 0
    count = shape[axis]
    image = T("x", (1, 4, 4, channels), scales=(0.5,), zero_points=(-3,))
    weights = T("w", shape, "int4", (0.25,), axis=axis, data=chance.integers(-7, 8, shape))
    bias = T("b", (count,), "int32", (0.125,), data=chance.integers(-300, 300, count))
    result = T("y", (1, 2, 2, count), scales=(2.0,), zero_points=(5,))
    samples = chance.integers(-128, 128, (100, *image.shape)).astype(np.int8)
    options = {"padding": 1, "strideH": 1, "strideW": 1}
    depthwise = {"depthMultiplier": count // channels} if axis else {}
    table = "DepthwiseConv2DOptions" if axis else "Conv2DOptions"
    return one_operator(op, [image, weights, bias], result, [samples], table, options | depthwise)


@pytest.mark.parametrize(("channels", "multiplier"), [(8, 1), (4, 4), (24, 1)])
def test_depthwise_layers_of_int4_take_ties_upwards(channels: int, multiplier: int) -> None:
    case = int4_convolution("DEPTHWISE_CONV_2D", channels, (1, 3, 3, channels * multiplier))
    assert_the_reference_equals_xnnpack(case)


@pytest.mark.parametrize("groups", [1, 2])
def test_convolutions_of_int4_take_ties_upwards_unless_they_have_groups(groups: int) -> None:
    assert_the_reference_equals_xnnpack(int4_convolution("CONV_2D", 4, (6, 3, 3, 4 // groups)))


def test_a_softmax_of_int16_takes_reciprocals_in_double_precision() -> None:
    """Sums of two exponentials run through all lines of the reciprocal."""
    samples = np.zeros((2**13, 1, 2), np.int16)
    samples[:, 0, 1] = -4 * np.arange(2**13)
    image, result = (T(name, (1, 2), "int16", (scale,), (0,)) for name, scale in (("x", 3e-4), ("y", 2.0**-15)))
    options = {"beta": 1.0}
    assert_the_reference_equals_xnnpack(one_operator("SOFTMAX", [image], result, [samples], "SoftmaxOptions", options))


@pytest.mark.parametrize("ratio", [0.25, 0.3, 1.5])
def test_a_sum_of_int16_is_scaled_in_float32(ratio: float) -> None:
    image, samples = int16_image(3)
    result = T("y", (), "int16", (float(np.float32(image.scales[0] / ratio)),), (0,))
    axes = T("axes", (1,), "int32", data=np.zeros(1))
    options = {"keepDims": False}
    case = one_operator("SUM", [image, axes], result, [samples], "ReducerOptions", options)
    assert_the_reference_equals_xnnpack(case)


@pytest.mark.parametrize("scale", [1.0, 0.3, 0.0007])
def test_float32_becomes_int16_as_in_the_interpreters_vector_code(scale: float) -> None:
    step = np.float32(scale)
    half_way = (np.random.default_rng(7).integers(-33000, 33000, (300, 16)) + 0.5).astype(np.float32) * step
    result = T("y", (16,), "int16", (float(step),), (0,))
    assert_the_reference_equals_xnnpack(one_operator("QUANTIZE", [T("x", (16,), "float32")], result, [half_way]))


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("zero_points", [(5, 0), (5, -9)], ids=["XNNPACK", "the plain kernel"])
def test_products_of_computed_matrices_are_as_in_xnnpack(zero_points: tuple[int, int], *, transposed: bool) -> None:
    chance = np.random.default_rng(8)
    pairs = zip("ab", ((2, 4, 9), (4, 9) if transposed else (9, 4)), zero_points, strict=True)
    first, second = (T(name, shape, scales=(1.0,), zero_points=(zero,)) for name, shape, zero in pairs)
    result = T("y", (2, 4, 4), scales=(254.6,), zero_points=(3,))
    samples = [chance.integers(-128, 128, (300, *tensor.shape)).astype(np.int8) for tensor in (first, second)]
    options = {"adjY": transposed}
    case = one_operator("BATCH_MATMUL", [first, second], result, samples, "BatchMatMulOptions", options)
    assert_the_reference_equals_xnnpack(case)


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
