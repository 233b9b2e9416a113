"""Finds what the converter left in float, saying nothing about it, and what no table can take the place of."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.layer_names import layer_name
from tinyq.frontend.schema import operator_name, parse
from tinyq.frontend.tflite_tensors import read_tensor
from tinyq.ir.graph import Graph, Node, Options, Scheme, Tensor
from tinyq.ops.cone import BORDER, float_nodes_left

_ADVICE = {
    "POW": "use Multiply()([x, x]) for squares",
    "CAST": "start the model with a float32 input: keras.Input(shape, dtype='float32')",
    "CONV_3D": "use Conv2D over the frames, side by side as channels",
    "RFFT2D": "compute the spectrum before the model, and give it as the input",
    "CUMSUM": "use a Dense layer with a triangular kernel of ones",
}
_OTHERWISE = "put a layer of another kind in its place"


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
        return advice(self.operator)


def advice(operator: str) -> str:
    """What to do about a layer with an operator that can't be built with integers."""
    return _ADVICE.get(operator, _OTHERWISE)


def float_islands(data: bytes, where: str) -> tuple[tuple[Island, ...], int]:
    """The operators of the .tflite `data` that need float at run time, and the number of all operators.

    QUANTIZE and DEQUANTIZE, which border on float by nature, are left out, and so are functions of one int8: the pass
    fold_tables makes them tables.

    Raises:
        TinyqError: `data` is no .tflite.
    """
    model = parse(data, where)
    graph = _graph(model, where)
    left = float_nodes_left(graph)
    count = sum(node.op not in BORDER for node in graph.nodes)
    return tuple(Island(node.op, layer_name(_named_after(node), node.op)) for node in left), count


def layers_with(data: bytes, operators: Collection[str], where: str) -> tuple[Island, ...]:
    """Which layers of the .tflite `data` became one of the `operators`."""
    nodes = [node for node in _graph(parse(data, where), where).nodes if node.op in operators]
    return tuple(dict.fromkeys(Island(node.op, layer_name(_named_after(node), node.op)) for node in nodes))


def _graph(model: Any, where: str) -> Graph:  # noqa: ANN401  the schema has no type information
    """The first subgraph's operators, whatever they are, without their options."""
    source = model.subgraphs[0]
    tensors = [
        _tensor(model, tensor, f"{index}:{tensor.name.decode()}", where) for index, tensor in enumerate(source.tensors)
    ]
    nodes = tuple(
        Node(
            str(number),
            operator_name(model, operation),
            tuple(None if index < 0 else tensors[index].name for index in operation.inputs),
            tuple(tensors[index].name for index in operation.outputs),
            Options(),
        )
        for number, operation in enumerate(source.operators)
    )
    inputs, outputs = (tuple(tensors[index].name for index in indices) for indices in (source.inputs, source.outputs))
    return Graph(where, {tensor.name: tensor for tensor in tensors}, nodes, inputs, outputs)


def _tensor(model: Any, tensor: Any, name: str, where: str) -> Tensor:  # noqa: ANN401  as above
    try:
        return read_tensor(model, tensor, name, where)
    except TinyqError:
        return Tensor(name, (), "float32")  # of a type or shape that nothing can be built with


def _named_after(node: Node) -> list[str]:
    names = (*node.inputs[1:2], *node.outputs)
    return [name.partition(":")[2] for name in names if name is not None]


def require_integers(data: bytes, where: str, scheme: Scheme = "int8") -> None:
    """Refuse a quantized model that computes in float anywhere.

    Raises:
        TinyqError: lists every such operator with its layer and what to do.
    """
    islands, count = float_islands(data, where)
    if islands and len(islands) == count:
        raise TinyqError(
            f"{where}: the converter left the whole model in float ({count} operators)",
            f"the representative data gave it no ranges, or no layer has an {scheme} form",
        )
    if islands:
        listed = dict.fromkeys(f"\n  {each.operator} in layer {each.layer}: {each.advice}" for each in islands)
        raise TinyqError(
            f"{where}: {len(islands)} of {count} operators have no {scheme} form and stay in float:{''.join(listed)}",
            "change these layers, train again, and save the model",
        )
