"""What LSTM and SVDF layers, and products, refuse, word for word."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite

CONVERT = "\n  hint: convert the model again"
AS_KERAS = "\n  hint: make the layer as keras.layers.LSTM is by default"
ASYMMETRIC = "weights with a zero point"
POWERS = "a power of two from 2**-28 to 4, and the zero point 0"
OTHERS = ", which follows from the layer's other tensors and options"


def refusal(tensors: Sequence[T], operator: Op) -> str:
    inputs = [tensor.name for tensor in tensors if tensor.data is None and not tensor.variable and tensor.name != "y"]
    with pytest.raises(TinyqError) as caught:
        import_tflite(tflite_model(tensors, [operator], inputs, ["y"]), "net", "net.tflite")
    start, _, rest = str(caught.value).partition(f" ({operator.name}): ")
    assert start.startswith("net.tflite: layer ")
    return rest


def int8(name: str, *shape: int, scale: float = 0.5, data: Any = None, zero_point: int = 0) -> T:
    return T(name, shape, scales=(scale,), zero_points=(zero_point,), data=data)


def state(name: str, *shape: int, dtype: str = "int8", scale: float = 0.5, variable: bool = True) -> T:
    return T(name, shape, dtype, (scale,), (0,), variable=variable)


def lstm_refusal(
    options: Mapping[str, Any] | None = None, places: Mapping[int, str | None] | None = None, **changed: T
) -> str:
    """Of a layer of 2 units over 3 steps of 4 numbers, with some things changed."""
    weights = {f"w{gate}": int8(f"w{gate}", 2, 4, scale=0.01, data=np.ones((2, 4))) for gate in range(4)}
    recurrent = {f"r{gate}": int8(f"r{gate}", 2, 2, scale=0.01, data=np.ones((2, 2))) for gate in range(4)}
    biases = {f"b{gate}": T(f"b{gate}", (2,), "int32", (0.005,), (0,), data=np.zeros(2)) for gate in range(4)}
    others = {"x": int8("x", 1, 3, 4), "y": int8("y", 1, 3, 2), "h": state("h", 1, 2)}
    cell = {"c": state("c", 1, 2, dtype="int16", scale=2.0**-11)}
    tensors = {**others, **weights, **recurrent, **biases, **cell, **changed}
    names: list[str | None] = ["x", *weights, *recurrent, None, None, None, *biases, None, None, "h", "c", *[None] * 4]
    for place, name in (places or {}).items():
        names[place] = name
    given = {"fusedActivationFunction": 4, "timeMajor": False, "cellClip": 0.0} | dict(options or {})
    table = "UnidirectionalSequenceLSTMOptions"
    return refusal(list(tensors.values()), Op("UNIDIRECTIONAL_SEQUENCE_LSTM", names, ["y"], table, given))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"places": {9: "h"}}, f"found an LSTM with peephole connections; accepted: an LSTM without it{AS_KERAS}"),
        ({"places": {16: "w0"}}, f"found an LSTM with a projection; accepted: an LSTM without it{AS_KERAS}"),
        ({"places": {20: "b0"}}, f"found an LSTM with layer normalization; accepted: an LSTM without it{AS_KERAS}"),
        (
            {"places": {1: None}},
            f"found an LSTM without its input 1; accepted: an LSTM with four gates, biases and two states{AS_KERAS}",
        ),
        (
            {"options": {"fusedActivationFunction": 1}},
            f"found activation number 1 in an LSTM; accepted: 4, tanh{AS_KERAS}",
        ),
        ({"r2": int8("r2", 2, 3, data=np.ones((2, 3)))}, f"found tensor r2 of shape [2, 3]; accepted: [2, 2]{OTHERS}"),
        ({"w1": int8("w1", 2, 4)}, "found tensor w1, computed at run time; accepted: a constant there"),
        (
            {"h": state("h", 1, 2, variable=False)},
            f"found tensor h, which keeps no value; accepted: a variable tensor there{CONVERT}",
        ),
        ({"c": state("c", 1, 2)}, "found tensor c of type int8; accepted: int16"),
        (
            {"h": state("h", 1, 2, scale=0.25)},
            "found a hidden state quantized in another way than the output; accepted: the same scale and zero point",
        ),
        (
            {"c": state("c", 1, 2, dtype="int16", scale=0.001)},
            f"found a cell state quantized as 0.001 * (q+0); accepted: {POWERS}",
        ),
        (
            {"b3": T("b3", (2,), "int32", (0.005,), (0,), data=np.full(2, 2**31 - 1))},
            f"found gates whose sums exceed 2147483647, or {ASYMMETRIC}; accepted: symmetric weights, usual biases",
        ),
        (
            {"w0": int8("w0", 2, 4, scale=2.0**22, data=np.ones((2, 4)))},
            "found scales that are 2**31 apart; accepted: scales of one magnitude\n  hint: check the calibration data",
        ),
    ],
)
def test_an_lstm_of_another_kind_is_refused(changed: dict[str, Any], expected: str) -> None:
    assert lstm_refusal(**changed) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"rank": 3}, "found 4 filters of rank 3; accepted: a multiple of the rank"),
        ({"b": T("b", (4,), "int32", data=np.zeros(4))}, f"found tensor b of shape [4]; accepted: [2]{OTHERS}"),
        ({"t": int8("t", 4, 5)}, "found tensor t, computed at run time; accepted: a constant there"),
        (
            {"s": state("s", 1, 20, variable=False)},
            f"found tensor s, which keeps no value; accepted: a variable tensor there{CONVERT}",
        ),
        ({"s": state("s", 1, 20, dtype="int16")}, "found tensor t of type int8; accepted: int16"),
        (
            {"f": int8("f", 4, 3, data=np.ones((4, 3)), zero_point=1)},
            f"found {ASYMMETRIC}, or scales 2**31 apart; accepted: symmetric weights, scales of one magnitude",
        ),
        (
            {"y": int8("y", 1, 2, scale=2.0**-40)},
            f"found {ASYMMETRIC}, or scales 2**31 apart; accepted: symmetric weights, scales of one magnitude",
        ),
    ],
)
def test_an_svdf_of_another_kind_is_refused(changed: dict[str, Any], expected: str) -> None:
    tensors = {
        "x": int8("x", 1, 3),
        "f": int8("f", 4, 3, data=np.ones((4, 3))),
        "t": int8("t", 4, 5, data=np.ones((4, 5))),
        "b": T("b", (2,), "int32", data=np.zeros(2)),
        "s": state("s", 1, 20),
        "y": int8("y", 1, 2),
    } | {name: tensor for name, tensor in changed.items() if name != "rank"}
    operator = Op("SVDF", list("xftbs"), ["y"], "SVDFOptions", {"rank": changed.get("rank", 2)})
    assert refusal(list(tensors.values()), operator) == expected


def test_a_product_with_too_fine_an_output_is_refused() -> None:
    tensors = [int8("x", 4), int8("z", 4), int8("y", 4, scale=2.0**-34)]
    assert refusal(tensors, Op("MUL", ["x", "z"], ["y"], "MulOptions")) == (
        "found an output scale of 5.82077e-11, 4.29497e+09 times finer than what is scaled to it; accepted: an output "
        "scale less than 2**31 times finer\n"
        "  hint: the calibration data leave this layer's output almost constant: check them"
    )
