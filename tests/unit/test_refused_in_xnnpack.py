"""What has no exact form in the profile xnnpack is refused there, and only there."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import find
from support.cases import Case, cases_of
from support.cases._case import one_operator
from support.examples import examples
from support.tflite_model import T

from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite


def power_of_two(op: str) -> Case:
    numbers = np.arange(4, dtype=np.int16).reshape(1, 4)
    tensors = (T(name, (4,), "int16", (scale,), (0,)) for name, scale in (("x", 2.0**-12), ("y", 2.0**-15)))
    return one_operator(op, [next(tensors)], next(tensors), [numbers])


def recurrent(op: str) -> Case:
    return find(cases_of(op), lambda case: "int16" not in case.text[5], settings=examples(10, compiled=True))


@pytest.mark.parametrize(
    ("op", "case", "why"),
    [
        (
            "LOGISTIC",
            power_of_two,
            "int16 at a scale that is a power of two follows 16-bit polynomials, which tinyq lacks",
        ),
        ("UNIDIRECTIONAL_SEQUENCE_LSTM", recurrent, "an LSTM's functions are other polynomials, which tinyq lacks"),
    ],
)
def test_an_operator_without_an_exact_answer_is_refused(op: str, case: Callable[[str], Case], why: str) -> None:
    tflite = case(op).tflite
    name = import_tflite(tflite, "model", "model.tflite").nodes[0].name
    with pytest.raises(TinyqError) as caught:
        import_tflite(tflite, "model", "model.tflite", "xnnpack")
    assert str(caught.value) == (
        f"model.tflite: layer {name} ({op}): found the arithmetic xnnpack; "
        f"accepted: tflm: in the profile xnnpack {why}\n"
        "  hint: use --arithmetic tflm"
    )
