"""Variables of a .tflite file (VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, CALL_ONCE) as states of the graph.

A handle is known by its container and shared name. READ_VARIABLE becomes a node that copies the state; ASSIGN_VARIABLE
one whose output is a view of it. What a CALL_ONCE assigns is the state's initial value, so that no code runs once.
Source: TFLM kernels/{var_handle,read_variable,assign_variable,call_once}.cc and micro_resource_variable.cc.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.schema import operator_name
from tinyq.frontend.tflite_tensors import read_tensor
from tinyq.ir.graph import Array, Tensor
from tinyq.ir.names import unique

#: Operators that leave no node behind.
WITHOUT_NODE = ("CALL_ONCE", "VAR_HANDLE")
#: Name of the metadata by which tinyq marks a model whose inputs are whole sequences.
STARTS_ANEW = b"tinyq_starts_anew"
_HINT = "give the variable a constant initial value, such as tf.zeros(shape), then convert again"


@dataclass(frozen=True, eq=False)
class Variables:
    """The variables of a model.

    Attributes:
        states: the state behind each resource tensor, by the tensor's index in the first subgraph.
        assigned: what each ASSIGN_VARIABLE writes, a view of its state, by the operator's index in the first subgraph.
    """

    states: Mapping[int, Tensor]
    assigned: Mapping[int, Tensor]


def read_variables(model: Any, taken: set[str], where: str) -> Variables:  # noqa: ANN401  the schema's ModelT
    """The variables of `model`, under names that are not in `taken`.

    Raises:
        TinyqError: an initial value that is computed, subgraphs that no CALL_ONCE calls, values of several kinds.
    """
    graph = model.subgraphs[0]
    operations = [(operator_name(model, operation), operation) for operation in graph.operators]
    handles = _handles(model, graph)
    initial = _initial_values(model, operations, where)
    values: dict[tuple[bytes, bytes], list[Tensor]] = {}
    for op, operation in operations:
        if op in ("READ_VARIABLE", "ASSIGN_VARIABLE"):
            index = operation.outputs[0] if op == "READ_VARIABLE" else operation.inputs[1]
            values.setdefault(handles[operation.inputs[0]], []).append(_tensor(model, graph.tensors[index], where))
    named: dict[tuple[bytes, bytes], Tensor] = {}
    for variable, tensors in values.items():
        name = unique((variable[1] or b"variable").decode(errors="replace"), taken | {t.name for t in named.values()})
        named[variable] = _state(name, tensors, initial.get(variable), where)
    assigned: dict[int, Tensor] = {}
    for number, (op, operation) in enumerate(operations):
        if op == "ASSIGN_VARIABLE":
            state = named[handles[operation.inputs[0]]]
            name = unique(f"{state.name}/assign", taken | {tensor.name for tensor in assigned.values()})
            assigned[number] = replace(state, name=name, initial=None, view_of=state.name)
    return Variables({index: named[key] for index, key in handles.items() if key in named}, assigned)


def starts_anew(model: Any) -> bool:  # noqa: ANN401  the schema's ModelT
    """Whether the Keras model keeps nothing from one input to the next; as a .tflite its LSTMs keep their states."""
    return any(entry.name == STARTS_ANEW for entry in model.metadata or ())


def _handles(model: Any, graph: Any) -> dict[int, tuple[bytes, bytes]]:  # noqa: ANN401  as above
    """Container and shared name of each resource tensor of a subgraph."""
    return {
        int(operation.outputs[0]): (
            operation.builtinOptions.container or b"",
            operation.builtinOptions.sharedName or b"",
        )
        for operation in graph.operators
        if operator_name(model, operation) == "VAR_HANDLE"
    }


def _tensor(model: Any, source: Any, where: str) -> Tensor:  # noqa: ANN401  as above
    return read_tensor(model, source, (source.name or b"").decode(errors="replace"), where)


def _state(name: str, values: list[Tensor], initial: Tensor | None, where: str) -> Tensor:
    first = values[0]
    for value in (*values, *(() if initial is None else (initial,))):
        if (value.shape, value.dtype, value.quantization) != (first.shape, first.dtype, first.quantization):
            raise TinyqError(
                f"{where}: variable {name}: found values of different shape, type or quantization",
                "quantize the Keras model or SavedModel with `tinyq quantize`, which quantizes its variables as well",
            )
    zero = first.quantization.zero_point if first.quantization is not None else 0
    cleared: Array = np.full(first.shape, zero, first.dtype)
    data = cleared if initial is None else initial.data
    return replace(first, name=name, data=None, initial=data)


def _initial_values(
    model: Any,  # noqa: ANN401  as above
    operations: list[tuple[str, Any]],
    where: str,
) -> dict[tuple[bytes, bytes], Tensor]:
    called = {int(operation.builtinOptions.initSubgraphIndex) for op, operation in operations if op == "CALL_ONCE"}
    if others := set(range(1, len(model.subgraphs))) - called:
        raise TinyqError(
            f"{where}: found {len(model.subgraphs)} subgraphs; accepted: 1, and those that set variables once",
            f"subgraph {min(others)} is control flow (a loop or a condition): unroll it",
        )
    values = {}
    for index in sorted(called):
        graph = model.subgraphs[index]
        handles = _handles(model, graph)
        for operation in graph.operators:
            op = operator_name(model, operation)
            if op == "ASSIGN_VARIABLE":
                value = _tensor(model, graph.tensors[operation.inputs[1]], where)
                values[handles[operation.inputs[0]]] = value
            if op not in ("VAR_HANDLE", "ASSIGN_VARIABLE") or (op == "ASSIGN_VARIABLE" and not value.is_constant):
                raise TinyqError(f"{where}: found variables whose initial values {op} computes", _HINT)
    return values
