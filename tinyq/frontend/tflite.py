""".tflite into the graph: reads the file with the schema of ai-edge-litert; TensorFlow is not needed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.schema import BROKEN, damaged, parse
from tinyq.frontend.tflite_calls import Operation, known_results, operations
from tinyq.frontend.tflite_tensors import read_tensors
from tinyq.frontend.tflite_variables import Variables, read_variables, starts_anew
from tinyq.ir.graph import Arithmetic, Graph, Node, Tensor
from tinyq.ir.names import unique
from tinyq.ir.verify import IllegalGraph, verify
from tinyq.ops import call_of, is_supported, operator, tflite_name
from tinyq.ops.checks import FLOAT_HINT
from tinyq.ops.cone import float_nodes_left
from tinyq.ops.elementwise import computes_in_float
from tinyq.ops.movement import Movement


def import_tflite(
    data: bytes, name: str, where: str, arithmetic: Arithmetic = "tflm", *, allow_float: bool = False
) -> Graph:
    """The graph of the .tflite model `data`.

    Args:
        data: the file's bytes.
        name: the model's name; becomes the graph's.
        where: the file, for error messages.
        arithmetic: how its nodes compute.
        allow_float: whether they may compute in float32 at run time.

    Raises:
        TinyqError: a damaged file; operators, types or shapes that can't be built.
    """
    model = parse(data, where)
    try:
        return _import(model, name, where, arithmetic, allow_float=allow_float)
    except BROKEN as error:
        raise damaged(data, where, error) from error


def _import(
    model: Any,  # noqa: ANN401  the schema's ModelT
    name: str,
    where: str,
    arithmetic: Arithmetic,
    *,
    allow_float: bool,
) -> Graph:
    source = model.subgraphs[0]
    tensors = read_tensors(model, where)
    variables = read_variables(model, {tensor.name for tensor in tensors.values()}, where)
    tensors |= variables.states
    _require_supported(operations(model, tensors, variables, allow_float=allow_float), where)
    nodes = _read_nodes(model, tensors, variables, where, allow_float=allow_float)
    graph = Graph(
        name,
        {tensor.name: tensor for tensor in (*tensors.values(), *variables.assigned.values())},
        nodes,
        tuple(tensors[index].name for index in source.inputs),
        tuple(tensors[index].name for index in source.outputs),
        starts_anew(model),
        arithmetic,
    )
    if not allow_float:
        _require_quantized(graph, where)
    _require_computed_outputs(graph, where)
    try:
        verify(graph)
    except IllegalGraph as error:
        raise TinyqError(f"{where}: the file contradicts itself: {error}", "convert the model again") from error
    for node in graph.nodes:
        _check(graph, node, where)
    if allow_float:
        _require_float_kernels(graph, where)
    else:
        _require_integer(graph, where)
    return graph


def _require_supported(operators: Iterable[Operation], where: str) -> None:
    """Refuse all unknown operators at once, each with its layer."""
    unknown = [f"  {each.op} in layer {each.name}" for each in operators if not is_supported(each.op)]
    if unknown:
        raise TinyqError(
            f"{where}: {len(unknown)} operators can't be built yet:\n" + "\n".join(unknown),
            "replace these layers; `tinyq ops` lists what can be built",
        )


def _read_nodes(
    model: Any,  # noqa: ANN401  as above
    tensors: dict[int, Tensor],
    variables: Variables,
    where: str,
    *,
    allow_float: bool,
) -> tuple[Node, ...]:
    """The nodes, but for those whose outputs are known: their outputs become constants among `tensors`.

    They do so here, not in a pass, because operators read their axes, shapes and paddings from constants.
    """
    nodes: list[Node] = []
    for operation in operations(model, tensors, variables, allow_float=allow_float):
        name = unique(operation.name, {node.name for node in nodes})
        call = replace(operation, name=name).call(where)
        if known := known_results(model, operation, call):
            tensors |= known
            continue
        names = tuple(None if tensor is None else tensor.name for tensor in call.inputs)
        nodes.append(Node(call.name, call.op, names, tuple(tensor.name for tensor in call.outputs), call.options))
    return tuple(nodes)


def _require_quantized(graph: Graph, where: str) -> None:
    """Refuse a float model with a sentence of its own, before its first layer is refused for its weights."""
    converting = ("QUANTIZE", "DEQUANTIZE")
    computing = [
        node for node in graph.nodes if node.op not in converting and not isinstance(operator(node.op), Movement)
    ]
    in_float = [node for node in computing if graph.tensors[node.outputs[0]].dtype == "float32"]
    is_quantized = any(
        tensor.dtype in ("int8", "int16") and not tensor.is_constant for tensor in graph.tensors.values()
    )
    if computing and len(in_float) == len(computing) and not is_quantized:
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


def _require_float_kernels(graph: Graph, where: str) -> None:
    """Refuse float32 that neither a table takes the place of nor a kernel computes at run time."""
    for node in float_nodes_left(graph):
        if not computes_in_float(call_of(graph, node)):
            raise TinyqError(
                f"{where}: layer {node.name} ({tflite_name(node.op)}): found float32; accepted: int8, since tinyq has "
                "no float32 kernel for it",
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
