"""The NumPy reference in the profile xnnpack equals TensorFlow Lite's default interpreter on every byte.

What that interpreter refuses is no case here: convolutions without a bias (those of a depthwise layer crash it), and
scales that XNNPACK can't represent. Nor is QUANTIZE between int8 and uint8 of different scales, which the converter
does not emit: TensorFlow Lite's vector code rounds ties there in its own way. Nor are variables that no CALL_ONCE sets:
they hold there what the memory held before. The interpreter has no BROADCAST_TO of int8, and crashes on BATCH_MATMUL
and SQUARED_DIFFERENCE, which the profile refuses in int8, as it refuses UNIDIRECTIONAL_SEQUENCE_LSTM.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.cases import Case, cases_of
from support.examples import examples
from support.oracles import xnnpack_answers

from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph
from tinyq.ops import supported_operators

WITHOUT_ANSWERS = ("BATCH_MATMUL", "BROADCAST_TO", "SQUARED_DIFFERENCE", "UNIDIRECTIONAL_SEQUENCE_LSTM")
OPERATORS = [op for op in supported_operators() if op not in WITHOUT_ANSWERS]
NEEDS_A_BIAS = ("CONV_2D", "DEPTHWISE_CONV_2D")


def has_no_bias(graph: Graph) -> bool:
    return any(node.op in NEEDS_A_BIAS and (*node.inputs, None)[2] is None for node in graph.nodes)


def reads_what_nobody_set(graph: Graph, case: Case) -> bool:
    return any(node.op == "READ_VARIABLE" for node in graph.nodes) and "set once: False" in case.text


def changes_type_and_scale(graph: Graph) -> bool:
    node = graph.nodes[0]
    source, result = graph.tensors[str(node.inputs[0])], graph.tensors[node.outputs[0]]
    types = {source.dtype, result.dtype}
    return node.op == "QUANTIZE" and types == {"int8", "uint8"} and source.scale != result.scale


def assert_the_reference_equals_xnnpack(case: Case) -> None:
    try:
        graph = import_tflite(case.tflite, "case", "case.tflite", "xnnpack")
    except TinyqError as error:
        assert "in the profile xnnpack" in str(error)  # noqa: PT017  everything else is legal in both
        assume(condition=False)
    assume(not has_no_bias(graph) and not changes_type_and_scale(graph) and not reads_what_nobody_set(graph, case))
    try:
        answers = xnnpack_answers(case)
    except RuntimeError:
        assume(condition=False)
    for reference, answer in zip(run_reference(graph, case.inputs, steps=case.steps), answers, strict=True):
        assert (reference.size, reference.dtype) == (answer.size, answer.dtype)  # scalars get another shape there
        differing = np.ravel(reference).view(np.uint8) != np.ravel(answer).view(np.uint8)
        assert not differing.any(), f"{differing.sum()} bytes differ: {reference} where the oracle has {answer}"


@pytest.mark.parametrize("op", OPERATORS)
@examples(40)
@given(data=st.data())
def test_the_reference_equals_xnnpack(op: str, data: st.DataObject) -> None:
    assert_the_reference_equals_xnnpack(data.draw(cases_of(op)))


@pytest.mark.slow
@pytest.mark.parametrize("op", OPERATORS)
@examples(3000, at_random=True)
@given(data=st.data())
def test_the_reference_equals_xnnpack_in_a_long_sweep(op: str, data: st.DataObject) -> None:
    assert_the_reference_equals_xnnpack(data.draw(cases_of(op)))
