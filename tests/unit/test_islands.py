"""Operators that the converter left in float are found and listed."""

import pytest
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.frontend.islands import Island, float_islands, require_integers


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
        require_integers(half_float("CUMSUM", "ELU", "RFFT2D"), "m.keras")
    assert str(caught.value) == (
        "m.keras: 3 of 4 operators have no int8 form and stay in float:\n"
        "  CUMSUM in layer layer0: use a Dense layer with a triangular kernel of ones\n"
        "  ELU in layer layer1: put a layer of another kind in its place\n"
        "  RFFT2D in layer layer2: compute the spectrum before the model, and give it as the input\n"
        "  hint: change these layers, train again, and save the model"
    )


def test_a_model_that_stayed_in_float_is_refused_as_a_whole() -> None:
    model = tflite_model(
        [T("in", (1, 4), "float32"), T("out", (1, 4), "float32")], [Op("ELU", ["in"], ["out"])], ["in"], ["out"]
    )
    with pytest.raises(TinyqError) as caught:
        require_integers(model, "m.keras")
    assert str(caught.value) == (
        "m.keras: the converter left the whole model in float (1 operators)\n"
        "  hint: the representative data gave it no ranges, or no layer has an int8 form"
    )


def test_float_inputs_and_outputs_alone_are_no_islands() -> None:
    assert float_islands(half_float(), "m.keras") == ((), 1)
    require_integers(half_float(), "m.keras")


def test_functions_of_one_int8_are_no_islands() -> None:
    """The pass fold_tables puts them into tables."""
    assert float_islands(half_float("ELU", "ROUND", "SIGN"), "m.keras") == ((), 4)
    require_integers(half_float("NEG", "SQUARE", "COS"), "m.keras")


def test_a_type_that_nothing_is_built_with_counts_as_float() -> None:
    tensors = [T("in", (1, 4), scales=(0.1,)), T("net/up/Cast", (1, 4), "float64"), T("out", (1, 4), scales=(0.1,))]
    operators = [Op("CAST", ["in"], ["net/up/Cast"]), Op("CAST", ["net/up/Cast"], ["out"])]
    islands, _ = float_islands(tflite_model(tensors, operators, ["in"], ["out"]), "m.keras")
    assert islands == (Island("CAST", "up"), Island("CAST", "out"))
