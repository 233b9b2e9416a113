""".tflite into the graph: reads the file with the schema of ai-edge-litert; TensorFlow is not needed."""

from collections.abc import Mapping, Sequence
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.known import known_outputs
from tinyq.frontend.layer_names import layer_name
from tinyq.frontend.schema import BROKEN, damaged, indices, operator_name, parse
from tinyq.frontend.tflite_tensors import read_tensors
from tinyq.frontend.tflite_variables import WITHOUT_NODE, Variables, read_variables, starts_anew
from tinyq.ir.graph import Arithmetic, Graph, Node, Tensor
from tinyq.ir.names import unique
from tinyq.ir.verify import IllegalGraph, verify
from tinyq.ops import MANY, Call, call_of, operator, supported_operators
from tinyq.ops.checks import FLOAT_HINT
from tinyq.ops.cone import float_nodes_left
from tinyq.ops.movement import Movement


def import_tflite(data: bytes, name: str, where: str, arithmetic: Arithmetic = "tflm") -> Graph:
    """The graph of the .tflite model `data`.

    Args:
        data: the file's bytes.
        name: the model's name; becomes the graph's.
        where: the file, for error messages.
        arithmetic: how its nodes compute.

    Raises:
        TinyqError: a damaged file; operators, types or shapes that can't be built.
    """
    model = parse(data, where)
    try:
        return _import(model, name, where, arithmetic)
    except BROKEN as error:
        raise damaged(data, where, error) from error


def _import(model: Any, name: str, where: str, arithmetic: Arithmetic) -> Graph:  # noqa: ANN401  the schema's ModelT
    source = model.subgraphs[0]
    tensors = read_tensors(model, where)
    variables = read_variables(model, {tensor.name for tensor in tensors.values()}, where)
    tensors |= variables.states
    _require_supported(model, source, tensors, where)
    nodes = _read_nodes(model, source, tensors, variables, where)
    graph = Graph(
        name,
        {tensor.name: tensor for tensor in (*tensors.values(), *variables.assigned.values())},
        nodes,
        tuple(tensors[index].name for index in source.inputs),
        tuple(tensors[index].name for index in source.outputs),
        starts_anew(model),
        arithmetic,
    )
    _require_quantized(graph, where)
    _require_computed_outputs(graph, where)
    try:
        verify(graph)
    except IllegalGraph as error:
        raise TinyqError(f"{where}: the file contradicts itself: {error}", "convert the model again") from error
    for node in graph.nodes:
        _check(graph, node, where)
    _require_integer(graph, where)
    return graph


def _tensors_of(operands: Any, tensors: Mapping[int, Tensor]) -> tuple[Tensor | None, ...]:  # noqa: ANN401  a vector
    return tuple(tensors.get(index) for index in indices(operands))


def _name_of(op: str, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor | None]) -> str:
    # A constant of int8 is a layer's weights; paddings, axes and shapes are named after anything.
    weights = [
        tensor.name for tensor in inputs[1:2] if tensor is not None and tensor.is_constant and tensor.dtype == "int8"
    ]
    return layer_name([*weights, *(tensor.name for tensor in outputs if tensor is not None)], op)


def _require_supported(model: Any, source: Any, tensors: Mapping[int, Tensor], where: str) -> None:  # noqa: ANN401
    """Refuse all unknown operators at once, each with its layer."""
    unknown = []
    for operation in source.operators:
        op = operator_name(model, operation)
        if op not in (*supported_operators(), *WITHOUT_NODE):
            inputs, outputs = _tensors_of(operation.inputs, tensors), _tensors_of(operation.outputs, tensors)
            unknown.append(f"  {op} in layer {_name_of(op, inputs, outputs)}")
    if unknown:
        raise TinyqError(
            f"{where}: {len(unknown)} operators can't be built yet:\n" + "\n".join(unknown),
            "replace these layers; `tinyq ops` lists what can be built",
        )


def _read_nodes(
    model: Any,  # noqa: ANN401  as above
    source: Any,  # noqa: ANN401  as above
    tensors: dict[int, Tensor],
    variables: Variables,
    where: str,
) -> tuple[Node, ...]:
    """The nodes, but for those whose outputs are known: their outputs become constants among `tensors`.

    They do so here, not in a pass, because operators read their axes, shapes and paddings from constants.
    """
    nodes: list[Node] = []
    results = set(indices(source.outputs))
    for number, operation in enumerate(source.operators):
        op = operator_name(model, operation)
        if op in WITHOUT_NODE:
            continue
        inputs, outputs = _tensors_of(operation.inputs, tensors), _tensors_of(operation.outputs, tensors)
        if number in variables.assigned:
            inputs, outputs = inputs[1:], (variables.assigned[number],)
        name = unique(_name_of(op, inputs, outputs), {node.name for node in nodes})
        written = tuple(tensor for tensor in outputs if tensor is not None)
        reader = operator(op)
        present = sum(tensor is not None for tensor in inputs)
        if not (reader.inputs[0] <= present and len(inputs) <= reader.inputs[1]) or not (
            reader.outputs[0] <= len(written) <= reader.outputs[1]
        ):
            raise TinyqError(
                f"{where}: layer {name} ({op}): found {present} inputs and {len(written)} outputs; "
                f"accepted: {_count(reader.inputs, 'input')} and {_count(reader.outputs, 'output')}",
                "convert the model again",
            )
        try:
            options = reader.read(operation.builtinOptions, inputs, written)
        except TinyqError as error:
            raise TinyqError(f"{where}: layer {name} ({op}): {error.message}", error.hint) from error
        results_here = indices(operation.outputs)
        known = known_outputs(Call(name, op, options, inputs, written)) if results_here else ()
        if known and not results.intersection(results_here):
            tensors |= zip(results_here, known, strict=True)
            continue
        names = tuple(None if tensor is None else tensor.name for tensor in inputs)
        nodes.append(Node(name, op, names, tuple(tensor.name for tensor in written), options))
    return tuple(nodes)


def _count(limits: tuple[int, int], noun: str) -> str:
    """Text of how many inputs or outputs there may be."""
    least, most = limits
    number = f"{least} or more" if most == MANY else str(least) if least == most else f"{least} to {most}"
    return f"{number} {noun}{'' if most == 1 else 's'}"


def _require_quantized(graph: Graph, where: str) -> None:
    """Refuse a float model with a sentence of its own, before its first layer is refused for its weights."""
    converting = ("QUANTIZE", "DEQUANTIZE")
    computing = [
        node for node in graph.nodes if node.op not in converting and not isinstance(operator(node.op), Movement)
    ]
    in_float = [node for node in computing if graph.tensors[node.outputs[0]].dtype == "float32"]
    computes_int8 = any(tensor.dtype == "int8" and not tensor.is_constant for tensor in graph.tensors.values())
    if computing and len(in_float) == len(computing) and not computes_int8:
        raise TinyqError(
            f"{where}: found a float32 model; accepted: full-integer int8",
            f"quantize it from its Keras original: tinyq quantize MODEL --data FILE --out {graph.name}.tflite",
        )


def _require_integer(graph: Graph, where: str) -> None:
    """Refuse float32 that no table takes the place of."""
    for node in float_nodes_left(graph):
        names = (name for name in (*node.inputs, *node.outputs) if name is not None)
        name = next(name for name in names if graph.tensors[name].dtype == "float32")
        raise TinyqError(
            f"{where}: layer {node.name} ({node.op}): found tensor {name} of type float32; accepted: int8",
            FLOAT_HINT,
        )


def _require_computed_outputs(graph: Graph, where: str) -> None:
    constant = [name for name in graph.outputs if graph.tensors[name].is_constant]
    if constant:
        raise TinyqError(
            f"{where}: found output {constant[0]}, which is a constant; accepted: outputs that layers compute",
            "leave it out: it is the same for all inputs",
        )


def _check(graph: Graph, node: Node, where: str) -> None:
    try:
        operator(node.op).check(call_of(graph, node))
    except TinyqError as error:
        raise TinyqError(f"{where}: {error.message}", error.hint) from error
