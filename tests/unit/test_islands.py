"""Operators that the converter left in float are found and listed."""

import pytest
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.frontend.islands import Island, float_islands, require_int8


def half_float(*names: str) -> bytes:
    """int8 -> DEQUANTIZE -> the operators `names` -> QUANTIZE, RELU -> int8."""
    count = len(names)
    tensors = [T("in", (1, 4), scales=(0.1,)), T("float0", (1, 4), "float32")]
    tensors += [T(f"net/layer{number}/Op", (1, 4), "float32") for number in range(count)]
    tensors += [T("back", (1, 4), scales=(0.1,)), T("out", (1, 4), scales=(0.1,))]
    chain = ["float0", *(f"net/layer{number}/Op" for number in range(count))]
    middle = [Op(name, [chain[number]], [chain[number + 1]]) for number, name in enumerate(names)]
    ends = [Op("QUANTIZE", [chain[-1]], ["back"]), Op("RELU", ["back"], ["out"])]
    return tflite_model(tensors, [Op("DEQUANTIZE", ["in"], ["float0"]), *middle, *ends], ["in"], ["out"])


def test_float_islands_are_all_listed_with_layer_and_advice() -> None:
    with pytest.raises(TinyqError) as caught:
        require_int8(half_float("ELU", "ROUND", "SIGN"), "m.keras")
    assert str(caught.value) == (
        "m.keras: 3 of 4 operators have no int8 form and stay in float:\n"
        "  ELU in layer layer0: use ReLU, ReLU6 or LeakyReLU\n"
        "  ROUND in layer layer1: leave it out: the int8 values are rounded already\n"
        "  SIGN in layer layer2: put a layer of another kind in its place\n"
        "  hint: change these layers, train again, and save the model"
    )


def test_a_model_that_stayed_in_float_is_refused_as_a_whole() -> None:
    model = tflite_model(
        [T("in", (1, 4), "float32"), T("out", (1, 4), "float32")], [Op("ELU", ["in"], ["out"])], ["in"], ["out"]
    )
    with pytest.raises(TinyqError) as caught:
        require_int8(model, "m.keras")
    assert str(caught.value) == (
        "m.keras: the converter left the whole model in float (1 operators)\n"
        "  hint: the representative data gave it no ranges, or no layer has an int8 form"
    )


def test_float_inputs_and_outputs_alone_are_no_islands() -> None:
    assert float_islands(half_float(), "m.keras") == ((), 1)
    require_int8(half_float(), "m.keras")
    assert Island("COS", "x").advice == "compute it before the model, and give it as the input"
