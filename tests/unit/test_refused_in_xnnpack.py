"""What has no exact form in the profile xnnpack is refused there, and only there."""

import pytest
from support.cases._case import one_operator
from support.tflite_model import T

from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite


@pytest.mark.parametrize(
    ("op", "why"),
    [
        ("BATCH_MATMUL", "products of two computed tensors are wrong"),
        ("SQUARED_DIFFERENCE", "TensorFlow Lite's interpreter aborts on some"),
    ],
)
def test_an_operator_without_an_exact_answer_is_refused(op: str, why: str) -> None:
    first, second, output = (T(name, (2, 2), scales=(0.5,), zero_points=(0,)) for name in ("a", "b", "y"))
    options = ("BatchMatMulOptions", {"adjX": False, "adjY": False}) if op == "BATCH_MATMUL" else ()
    case = one_operator(op, [first, second], output, [], *options)
    import_tflite(case.tflite, "model", "model.tflite")
    with pytest.raises(TinyqError) as caught:
        import_tflite(case.tflite, "model", "model.tflite", "xnnpack")
    assert str(caught.value) == (
        f"model.tflite: layer y ({op}): found the arithmetic xnnpack; accepted: tflm: in the profile xnnpack {why}\n"
        "  hint: use --arithmetic tflm"
    )
