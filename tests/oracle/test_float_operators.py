"""The NumPy reference of float32 operators equals TensorFlow Lite's plain kernels: the same sums in the same order.

So they do bit for bit on finite numbers. What they differ in:
- Without an activation TensorFlow Lite makes the greatest float32 of an infinity; here it stays. tests/host has these.
- The sign of a zero, in ROUND and RESIZE_BILINEAR.
- Elementary functions: here they are rounded to the nearest, there as the C library does it, in LOGISTIC after each of
  several steps. A library is within one step of the true number (a step is 2**-23 of it at most), and LOGISTIC's
  three operations add half a step each: `BOUND` is three steps. Of GELU, whose factor 1 + tanh loses the leading
  bits of a negative number, it is one of x. LOGISTIC of a number below -9 is exp(x) there, about exp(2 x) more.
"""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import given
from hypothesis import strategies as st
from support.cases import FLOAT_OPERATORS, Case, cases_of
from support.cases._case import Array
from support.examples import examples
from support.oracles import builtin_ref

from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ops import tflite_name

WITH_FUNCTIONS = ("ELU", "EXP", "GELU", "LOG", "LOGISTIC", "LOG_SOFTMAX", "SOFTMAX", "TANH")
LACKING_IN_TFLITE_MICRO = ("GELU", "POW", "RELU_0_TO_1", "RELU_N1_TO_1", "SELECT", "SIGN")
BOUND = 3 * 2.0**-23
FINITE = 2  # of the samples, the first ones


@pytest.mark.parametrize("op", FLOAT_OPERATORS)
@examples(5, compiled=True)
@given(data=st.data())
def test_the_reference_equals_the_oracle_on_finite_numbers(op: str, data: st.DataObject) -> None:
    _assert_equal(op, data)


@pytest.mark.slow
@pytest.mark.parametrize("op", FLOAT_OPERATORS)
@examples(100, at_random=True)
@given(data=st.data())
def test_the_reference_equals_the_oracle_in_a_long_sweep(op: str, data: st.DataObject) -> None:
    _assert_equal(op, data)


def _assert_equal(op: str, data: st.DataObject) -> None:
    case = data.draw(cases_of(op).filter(_is_taken))
    inputs = [array[:FINITE] for array in case.inputs]
    references = run_reference(import_tflite(case.tflite, "case", "case.tflite", allow_float=True), inputs)
    answers = _answers(tflite_name(op), case, inputs)
    for reference, answer in zip(references, answers, strict=True):
        if tflite_name(op) in WITH_FUNCTIONS:
            sizes = np.abs(inputs[0] if op == "FLOAT_GELU" else reference).astype(np.float64)
            within = np.maximum(sizes, np.finfo(np.float32).tiny) * BOUND
            if op == "FLOAT_LOGISTIC":
                within += np.where(inputs[0] < -9, np.exp(2.0 * inputs[0].clip(-50, 0)), 0)
            close = np.abs(reference.astype(np.float64) - answer) <= within
            assert (close | (reference == answer) | (np.isnan(reference) & np.isnan(answer))).all()
        else:
            assert np.array_equal(reference, answer, equal_nan=reference.dtype == np.float32)


def _is_taken(case: Case) -> bool:
    """Whether BUILTIN_REF computes it: a convolution needs a bias there, which converters always write."""
    operator = schema.ModelT.InitFromPackedBuf(case.tflite, 0).subgraphs[0].operators[-1]
    return case.oracle != "BUILTIN_REF" or not case.text[1].startswith("CONV_2D") or len(operator.inputs) == 3


def _answers(name: str, case: Case, inputs: list[Array]) -> tuple[Array, ...]:
    if name in LACKING_IN_TFLITE_MICRO or case.oracle == "BUILTIN_REF":
        return builtin_ref(case.tflite, inputs)
    return run_oracle(case.tflite, case.outputs, inputs)
