"""Finds what the converter left in float: it says nothing about it."""

from dataclasses import dataclass
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.layer_names import layer_name
from tinyq.frontend.schema import operator_name, parse

_BORDER = ("QUANTIZE", "DEQUANTIZE")

_NORMALIZATION = "use BatchNormalization, which is folded into the layer before it"
_ADVICE = {
    "ELU": "use ReLU, ReLU6 or LeakyReLU",
    "NEG": f"part of LayerNormalization, or x -> -x: {_NORMALIZATION}; for -x use Rescaling(-1.0)",
    "SQUARE": f"part of GroupNormalization or RMSNormalization: {_NORMALIZATION}; for x*x use Multiply()([x, x])",
    "POW": "use Multiply()([x, x]) for squares",
    "CAST": "start the model with a float32 input: keras.Input(shape, dtype='float32')",
    "CONV_3D": "use Conv2D over the frames, side by side as channels",
    "RFFT2D": "compute the spectrum before the model, and give it as the input",
    "SIN": "compute it before the model, and give it as the input",
    "COS": "compute it before the model, and give it as the input",
    "CUMSUM": "use a Dense layer with a triangular kernel of ones",
}
_ROUNDING = "leave it out: the int8 values are rounded already"
_OTHERWISE = "put a layer of another kind in its place"
_FLOAT_TYPES = (0, 1, 10)  # TensorType FLOAT32, FLOAT16, FLOAT64


@dataclass(frozen=True)
class Island:
    """An operator that computes in float.

    Attributes:
        operator: its TFLite name.
        layer: the Keras layer it came from.
    """

    operator: str
    layer: str

    @property
    def advice(self) -> str:
        """What to do about it."""
        rounding = self.operator in ("FLOOR", "CEIL", "ROUND")
        return _ROUNDING if rounding else _ADVICE.get(self.operator, _OTHERWISE)


def float_islands(data: bytes, where: str) -> tuple[tuple[Island, ...], int]:
    """The operators of the .tflite `data` that read or write float tensors, and the number of all operators.

    QUANTIZE and DEQUANTIZE, which border on float by nature, are left out.

    Raises:
        TinyqError: `data` is no .tflite.
    """
    model = parse(data, where)
    found, count = [], 0
    for graph in model.subgraphs:
        for operation in graph.operators:
            name = operator_name(model, operation)
            count += name not in _BORDER
            touched = [graph.tensors[index] for index in (*operation.inputs, *operation.outputs) if index >= 0]
            if name not in _BORDER and any(tensor.type in _FLOAT_TYPES for tensor in touched):
                found.append(Island(name, _layer(graph, operation, name)))
    return tuple(found), count


def _layer(graph: Any, operation: Any, name: str) -> str:  # noqa: ANN401  the schema has no type information
    indices = (*operation.inputs[1:2], *operation.outputs)
    return layer_name([graph.tensors[index].name.decode() for index in indices if index >= 0], name)


def require_int8(data: bytes, where: str) -> None:
    """Refuse a quantized model that computes in float anywhere.

    Raises:
        TinyqError: lists every such operator with its layer and what to do.
    """
    islands, count = float_islands(data, where)
    if islands and len(islands) == count:
        raise TinyqError(
            f"{where}: the converter left the whole model in float ({count} operators)",
            "the representative data gave it no ranges, or no layer has an int8 form",
        )
    if islands:
        listed = dict.fromkeys(f"  {each.operator} in layer {each.layer}: {each.advice}" for each in islands)
        raise TinyqError(
            f"{where}: {len(islands)} of {count} operators have no int8 form and stay in float:\n" + "\n".join(listed),
            "change these layers, train again, and save the model",
        )
