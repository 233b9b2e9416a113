"""The NumPy reference in the profile xnnpack equals TensorFlow Lite's default interpreter on every byte.

What that interpreter does not take is no case here: `litert_takes` says what. It crashes on BATCH_MATMUL and
SQUARED_DIFFERENCE, which the profile refuses in int8, as it refuses UNIDIRECTIONAL_SEQUENCE_LSTM.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.cases import Case, cases_of
from support.examples import examples
from support.oracles import litert_takes, xnnpack_answers

from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ops import supported_operators

WITHOUT_ANSWERS = ("BATCH_MATMUL", "BROADCAST_TO", "SQUARED_DIFFERENCE", "UNIDIRECTIONAL_SEQUENCE_LSTM")
OPERATORS = [op for op in supported_operators() if op not in WITHOUT_ANSWERS]


def assert_the_reference_equals_xnnpack(case: Case) -> None:
    assume(litert_takes(case))
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
    assert_the_reference_equals_xnnpack(data.draw(cases_of(op)))


@pytest.mark.slow
@pytest.mark.parametrize("op", OPERATORS)
@examples(3000, at_random=True)
@given(data=st.data())
def test_the_reference_equals_xnnpack_in_a_long_sweep(op: str, data: st.DataObject) -> None:
    assert_the_reference_equals_xnnpack(data.draw(cases_of(op)))
