"""What has no exact form in the profile xnnpack is refused there, and only there."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite

GATES = range(4)


def lstm(dtype: str = "int8", cell: float = 2.0**-11, hidden: float | None = 0.5, recurrent: float = 0.01) -> bytes:
    """A layer of 2 units over 3 steps of 4 numbers; `hidden` is the scale of its last intermediate tensor."""
    scaled: Mapping[str, Any] = {"dtype": dtype, "scales": (0.5,), "zero_points": (0,)}
    states = [T("h", (1, 2), variable=True, **scaled), T("c", (1, 2), "int16", (cell,), (0,), variable=True)]
    weights = [T(f"w{gate}", (2, 4), scales=(0.01,), data=np.ones((2, 4))) for gate in GATES]
    weights += [T(f"r{gate}", (2, 2), scales=(recurrent,), data=np.ones((2, 2))) for gate in GATES]
    sums = "int64" if dtype == "int16" else "int32"
    biases = [T(f"b{gate}", (2,), sums, (0.005,), data=np.zeros(2)) for gate in GATES]
    between = [T(f"i{gate}", (0,), "float32") for gate in GATES] if hidden is not None else []
    between += [T("ih", (0,), dtype, (hidden,))] if hidden is not None else []
    ports = [T("x", (1, 3, 4), **scaled), T("y", (1, 3, 2), **scaled)]
    names = ["x", *(each.name for each in weights), None, None, None, *(each.name for each in biases)]
    names += [None, None, "h", "c", *[None] * 4]
    options = {"fusedActivationFunction": 4, "timeMajor": False, "cellClip": 0.0}
    table, inner = "UnidirectionalSequenceLSTMOptions", [each.name for each in between]
    operator = Op("UNIDIRECTIONAL_SEQUENCE_LSTM", names, ["y"], table, options, inner)
    return tflite_model([*ports, *weights, *biases, *states, *between], [operator], ["x"], ["y"])


def assert_refused_in_xnnpack(tflite: bytes, op: str, why: str) -> None:
    name = import_tflite(tflite, "model", "model.tflite").nodes[0].name
    with pytest.raises(TinyqError) as caught:
        import_tflite(tflite, "model", "model.tflite", "xnnpack")
    assert str(caught.value) == (
        f"model.tflite: layer {name} ({op}): found the arithmetic xnnpack; "
        f"accepted: tflm: in the profile xnnpack {why}\n"
        "  hint: use --arithmetic tflm"
    )


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"dtype": "int16"}, "an LSTM has int8 activations"),
        ({"hidden": None}, "the last of an LSTM's five intermediate tensors is quantized as its output"),
        ({"hidden": 0.25}, "the last of an LSTM's five intermediate tensors is quantized as its output"),
        ({"cell": 2.0**-16}, "the scale of an LSTM's cell state is 2**-15 to 2**-9"),
        ({"cell": 2.0**-8}, "the scale of an LSTM's cell state is 2**-15 to 2**-9"),
        ({"recurrent": 2000.0}, "the sums of an LSTM's gates stay below 2**30 steps of 2**-12"),
    ],
)
def test_an_lstm_without_an_exact_answer_is_refused(changed: dict[str, Any], why: str) -> None:
    assert_refused_in_xnnpack(lstm(**changed), "UNIDIRECTIONAL_SEQUENCE_LSTM", why)


def test_an_lstm_as_the_converter_writes_it_is_taken() -> None:
    assert import_tflite(lstm(), "model", "model.tflite", "xnnpack").arithmetic == "xnnpack"


def sum_of_int16(op: str, *scales: float) -> bytes:
    tensors = [T(name, (4,), "int16", (scale,), (0,)) for name, scale in zip("aby", scales, strict=True)]
    return tflite_model(tensors, [Op(op, ["a", "b"], ["y"], f"{op.title()}Options")], ["a", "b"], ["y"])


@pytest.mark.parametrize("op", ["ADD", "SUB"])
def test_a_sum_of_int16_at_powers_of_two_is_refused(op: str) -> None:
    """TensorFlow Lite's interpreter rounds otherwise there, and aborts where an operand is broadcast."""
    refused = sum_of_int16(op, 2.0**-14, 1.0005 * 2.0**-12, 2.0**-12)
    assert_refused_in_xnnpack(refused, op, "the scales of a sum of int16 are not all powers of two")
    taken = sum_of_int16(op, 2.0**-14, 1.001 * 2.0**-12, 2.0**-12)
    assert import_tflite(taken, "model", "model.tflite", "xnnpack").arithmetic == "xnnpack"
