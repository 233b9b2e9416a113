"""The generated C of each operator equals the NumPy reference on every byte, with and without the passes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.cases import FLOAT_OPERATORS, Case, cases_of
from support.cases._case import Array, one_operator
from support.cases._int16_sums import SUMS, sums_of
from support.cases.padded_conv import padded_convolutions
from support.examples import examples
from support.host_c import run_c, run_c_quickly
from support.networks import networks, samples
from support.tflite_model import T

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Arithmetic, Graph
from tinyq.ops import call_of, operator, supported_operators
from tinyq.ops.accumulating_kernel import AccumulatingKernel
from tinyq.pipeline import optimize

Run = Callable[[Graph, Sequence[Array], int], tuple[Array, ...]]


OWN_IN_XNNPACK = (
    "ABS",
    "ADD",
    "BATCH_MATMUL",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "ELU",
    "FULLY_CONNECTED",
    "LEAKY_RELU",
    "LOGISTIC",
    "LOG_SOFTMAX",
    "MAX_POOL_2D",
    "MEAN",
    "MUL",
    "QUANTIZE",
    "RELU",
    "RESIZE_BILINEAR",
    "SOFTMAX",
    "SUB",
    "SUM",
    "TANH",
    "TRANSPOSE_CONV",
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
)


def assert_the_c_equals_the_reference(case: Case, run: Run, arithmetic: Arithmetic = "tflm") -> None:
    try:
        graph = import_tflite(case.tflite, "model", "model.tflite", arithmetic, allow_float=case.allow_float)
    except TinyqError as error:
        assume("in the profile xnnpack" not in str(error))
        raise
    optimized = optimize(graph)
    expected = run_reference(graph, case.inputs, steps=case.steps)
    if not case.needs_passes:
        assert mismatches(expected, run(graph, case.inputs, case.steps)) == 0, "without passes"
    if optimized.nodes != graph.nodes:
        assert mismatches(expected, run(optimized, case.inputs, case.steps)) == 0, "after the passes"


@pytest.mark.parametrize("op", supported_operators())
@examples(2, compiled=True)
@given(data=st.data())
def test_the_c_equals_the_reference(op: str, data: st.DataObject) -> None:
    assert_the_c_equals_the_reference(data.draw(cases_of(op)), run_c)


@pytest.mark.parametrize("op", [*supported_operators(), *FLOAT_OPERATORS])
@examples(10, compiled=True)
@given(data=st.data())
def test_the_c_of_more_models_equals_the_reference_with_whichever_compiler_is_quick(
    op: str, data: st.DataObject
) -> None:
    assert_the_c_equals_the_reference(data.draw(cases_of(op)), run_c_quickly)


@pytest.mark.parametrize("op", OWN_IN_XNNPACK)
@examples(12, compiled=True)
@given(data=st.data())
def test_the_c_of_the_profile_xnnpack_equals_its_reference(op: str, data: st.DataObject) -> None:
    assert_the_c_equals_the_reference(data.draw(cases_of(op)), run_c_quickly, "xnnpack")


@examples(12, compiled=True)
@given(graph=networks())
def test_the_c_of_networks_in_the_profile_xnnpack_equals_its_reference(graph: Graph) -> None:
    optimized, inputs = optimize(replace(graph, arithmetic="xnnpack")), [samples(graph, np.random.default_rng(6))]
    assert mismatches(run_reference(optimized, inputs), run_c_quickly(optimized, inputs)) == 0


@examples(20, compiled=True)
@given(case=padded_convolutions())
def test_a_pad_with_its_convolution_equals_the_reference(case: Case) -> None:
    assert_the_c_equals_the_reference(case, run_c_quickly)


@pytest.mark.slow
@pytest.mark.parametrize("op", [*supported_operators(), *FLOAT_OPERATORS])
@examples(25, at_random=True, compiled=True)
@given(data=st.data())
def test_the_c_equals_the_reference_in_a_long_sweep(op: str, data: st.DataObject) -> None:
    assert_the_c_equals_the_reference(data.draw(cases_of(op)), run_c_quickly)


@pytest.mark.parametrize("depth", [511, 512, 513, 4095])
def test_a_softmax_over_many_numbers_equals_the_reference(depth: int) -> None:
    image = T("x", (depth,), scales=(0.01,), zero_points=(0,))
    output = T("y", (depth,), scales=(1 / 256,), zero_points=(-128,))
    flat, falling = np.full(depth, 3), 127 - np.arange(depth) % 256
    samples = [np.stack([flat, falling]).astype(np.int8)]
    case = one_operator("SOFTMAX", [image], output, samples, "SoftmaxOptions", {"beta": 1.0})
    assert_the_c_equals_the_reference(case, run_c)


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
def test_quantize_saturates_infinities_and_numbers_beyond_int32(dtype: str) -> None:
    """No interpreter is the oracle: it would convert them to int32, which C leaves undefined. NaN is the least."""
    numbers = np.array([np.inf, -np.inf, 3e38, -3e38, 2.0**31, -(2.0**31), np.nan, -0.0], np.float32)
    output = T("y", (8,), dtype, (0.5,), (10,))
    case = one_operator("QUANTIZE", [T("x", (8,), "float32")], output, [numbers.reshape(1, 8)])
    limits = np.iinfo(dtype)
    graph = import_tflite(case.tflite, "model", "model.tflite")
    (answers,) = run_c(graph, case.inputs)
    assert answers.tolist() == [[limits.max, limits.min] * 3 + [limits.min, 10]]
    assert_the_c_equals_the_reference(case, run_c)


@pytest.mark.parametrize("c_type", SUMS)
def test_sums_of_int16_have_the_bits_that_they_need(c_type: str) -> None:
    case = sums_of(c_type)
    graph = import_tflite(case.tflite, "model", "model.tflite")
    kernel = operator("FULLY_CONNECTED").kernel(call_of(graph, graph.nodes[0]))
    assert isinstance(kernel, AccumulatingKernel)
    assert kernel.sum_type == c_type
    assert_the_c_equals_the_reference(case, run_c)
