"""Looks at every operator of a .tflite by itself, so that all that can't be built shows at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.islands import advice
from tinyq.frontend.schema import BROKEN, damaged, indices, parse
from tinyq.frontend.tflite_calls import Operation, known_results, operations
from tinyq.frontend.tflite_tensors import named_tensors, read_tensor
from tinyq.frontend.tflite_variables import Variables, read_variables
from tinyq.ir.graph import Graph, Node, Options, Tensor
from tinyq.ir.names import unique
from tinyq.ops import call_of, is_supported, operator, tflite_name
from tinyq.ops.cone import float_nodes_left
from tinyq.ops.elementwise import computes_in_float


@dataclass(frozen=True)
class Surveyed:
    """An operator of the model.

    Attributes:
        name: the layer it came from, unique in the model.
        op: the operator's TFLite name.
        shape: of its first output; () where it could not be read.
        dtype: of its first output; "" where it could not be read.
        macs: multiply-accumulates of one inference; 0 where they could not be counted.
        weight_bytes: of its constants in the file.
        problem: why it can't be built; "" where it can.
        suggestion: what to do about that.
    """

    name: str
    op: str
    shape: tuple[int, ...]
    dtype: str
    macs: int
    weight_bytes: int
    problem: str = ""
    suggestion: str = ""


def survey(data: bytes, where: str, *, quantized: bool = True, allow_float: bool = False) -> tuple[Surveyed, ...]:
    """The operators of the .tflite `data` in their order; those whose results are known at build time are left out.

    Args:
        data: the file's bytes.
        where: the file, for error messages.
        quantized: whether the model is what would be built; of one that is still to be quantized only the operators
            that tinyq lacks are problems.
        allow_float: whether they may compute in float32 at run time.

    Raises:
        TinyqError: bytes that are no .tflite, are damaged, or hold variables or subgraphs that can't be read at all.
    """
    model = parse(data, where)
    try:
        found, graph = _survey(model, where, allow_float=allow_float)
        return _with_float(found, graph, allow_float=allow_float) if quantized else tuple(_only_lacking(found))
    except BROKEN as error:
        raise damaged(data, where, error) from error


def _survey(
    model: Any,  # noqa: ANN401  the schema's ModelT
    where: str,
    *,
    allow_float: bool,
) -> tuple[list[Surveyed], Graph]:
    tensors, unreadable = _readable_tensors(model, where)
    variables = read_variables(model, {tensor.name for tensor in tensors.values()}, where)
    tensors |= variables.states
    found: list[Surveyed] = []
    nodes: list[Node] = []
    for operation in operations(model, tensors, variables, allow_float=allow_float):
        named = replace(operation, name=unique(operation.name, {each.name for each in found}))
        problems = [unreadable[index] for index in _touched(named) if index in unreadable]
        seen, options, known = _seen(model, named, problems, where)
        if known:
            tensors |= known
            continue
        found.append(seen)
        names = tuple(None if tensor is None else tensor.name for tensor in named.inputs)
        nodes.append(Node(named.name, named.op, names, tuple(tensor.name for tensor in named.outputs), options))
    return found, _graph(model, nodes, tensors, variables)


def _readable_tensors(model: Any, where: str) -> tuple[dict[int, Tensor], dict[int, TinyqError]]:  # noqa: ANN401
    """The tensors by index, and why the others can't be read."""
    tensors, unreadable = {}, {}
    for index, source, name in named_tensors(model):
        try:
            tensors[index] = read_tensor(model, source, name, where)
        except TinyqError as error:
            unreadable[index] = error
    return tensors, unreadable


def _touched(operation: Operation) -> list[int]:
    return [*indices(operation.source.inputs), *indices(operation.source.outputs)]


def _seen(
    model: Any,  # noqa: ANN401  as above
    operation: Operation,
    problems: list[TinyqError],
    where: str,
) -> tuple[Surveyed, Options, dict[int, Tensor]]:
    """The operator, looked at by itself; its options; and what is known of its results at build time."""
    output = operation.outputs[0] if operation.outputs else None
    seen = Surveyed(
        operation.name,
        tflite_name(operation.op),
        () if output is None else output.shape,
        "" if output is None else output.dtype,
        macs=0,
        weight_bytes=sum(tensor.bytes for tensor in operation.inputs if tensor is not None and tensor.is_constant),
    )
    if not is_supported(operation.op):
        return replace(seen, problem="tinyq has no such operator", suggestion=advice(operation.op)), Options(), {}
    try:
        for problem in problems:
            raise problem
        call = operation.call(where)
        known = known_results(model, operation, call)
        if not known:
            seen = replace(seen, macs=operator(operation.op).macs(call))
            operator(operation.op).check(call)
    except TinyqError as error:
        begins = (f"{where}: ", f"layer {operation.name} ({seen.op}): ")
        message = error.message.removeprefix(begins[0]).removeprefix(begins[1])
        return replace(seen, problem=message, suggestion=error.hint or advice(seen.op)), Options(), {}
    return seen, call.options, known


def _graph(model: Any, nodes: list[Node], tensors: Mapping[int, Tensor], variables: Variables) -> Graph:  # noqa: ANN401
    everything = {tensor.name: tensor for tensor in (*tensors.values(), *variables.assigned.values())}
    ends = (indices(model.subgraphs[0].inputs), indices(model.subgraphs[0].outputs))
    inputs, outputs = (tuple(tensors[index].name for index in end if index in tensors) for end in ends)
    return Graph("survey", everything, tuple(node for node in nodes if node.outputs), inputs, outputs)


def _with_float(found: list[Surveyed], graph: Graph, *, allow_float: bool) -> tuple[Surveyed, ...]:
    """`found`, and what computes in float where no table can take the place of it; of what is allowed, that it may."""
    fine = {each.name for each in found if not each.problem} if allow_float else set()
    left = {
        node.name
        for node in float_nodes_left(graph)
        if node.name not in fine or not computes_in_float(call_of(graph, node))
    }
    return tuple(
        replace(each, problem="computes in float32", suggestion=advice(each.op)) if each.name in left else each
        for each in found
    )


def _only_lacking(found: list[Surveyed]) -> Iterator[Surveyed]:
    for each in found:
        lacking = not is_supported(each.op)
        yield each if lacking else replace(each, problem="", suggestion="")
