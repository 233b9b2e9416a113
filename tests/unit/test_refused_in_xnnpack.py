"""What has no exact form in the profile xnnpack is refused there, and only there."""

from collections.abc import Callable

import pytest
from hypothesis import find
from support.cases import Case, cases_of
from support.cases._case import one_operator
from support.examples import examples
from support.tflite_model import T

from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite


def product(op: str) -> Case:
    first, second, output = (T(name, (2, 2), scales=(0.5,), zero_points=(0,)) for name in ("a", "b", "y"))
    options = ("BatchMatMulOptions", {"adjX": False, "adjY": False}) if op == "BATCH_MATMUL" else ()
    return one_operator(op, [first, second], output, [], *options)


def broadcast_sum(op: str) -> Case:
    """With an output scale 256 times finer: no XNNPACK, and TensorFlow Lite's vector code overflows."""
    first, second = T("a", (2, 2), scales=(1.0,), zero_points=(0,)), T("b", (1,), scales=(1.0,), zero_points=(0,))
    return one_operator(op, [first, second], T("y", (2, 2), scales=(1 / 256,), zero_points=(0,)), [], "AddOptions")


def any_case(op: str) -> Case:
    return find(cases_of(op), lambda _: True, settings=examples(1, compiled=True))


def recurrent(op: str) -> Case:
    return find(cases_of(op), lambda case: "int16" not in case.text[5], settings=examples(10, compiled=True))


@pytest.mark.parametrize(
    ("op", "case", "why"),
    [
        (
            "ADD",
            broadcast_sum,
            "sums take an output scale less than 256 times finer than theirs",
        ),
        ("BATCH_MATMUL", product, "products of two computed tensors are wrong"),
        ("SQUARED_DIFFERENCE", product, "TensorFlow Lite's interpreter aborts on some"),
        ("LOG_SOFTMAX", any_case, "the logarithm of each row's sum is taken in float32"),
        ("SVDF", recurrent, "TensorFlow Lite's interpreter reads an int8 state as int16 numbers"),
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
