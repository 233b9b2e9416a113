"""Which layer each operator of a .tflite belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.frontend.tflite_calls import Operation, name_of, operations
from tinyq.frontend.tflite_tensors import read_tensors
from tinyq.frontend.tflite_variables import read_variables
from tinyq.ir.graph import Tensor
from tinyq.ops import is_supported, operator
from tinyq.ops.movement import Movement


@dataclass(frozen=True, eq=False)
class Owned:
    """An operator, and the name of its layer."""

    layer: str
    operation: Operation


def owned_operations(model: Any, where: str) -> tuple[Owned, ...]:  # noqa: ANN401  the schema's ModelT
    """The operators of `model` in the order they run, each with its layer.

    What has no name of its own, and what only moves the values of one tensor, goes with the layer that writes what it
    reads; at a model's input with the one that reads what it writes.

    Raises:
        TinyqError: tensors or variables that can't be read; `where` names the file.
    """
    tensors = read_tensors(model, where)
    variables = read_variables(model, {tensor.name for tensor in tensors.values()}, where)
    found = tuple(operations(model, {**tensors, **variables.states}, variables))
    layers: dict[str, str] = {}  # by the tensor that the layer writes
    for operation in found:
        if (layer := _own_name(operation) or _written_by(operation, layers)) is not None:
            layers |= {tensor.name: layer for tensor in operation.outputs}
    for operation in reversed(found):  # what is left stands before every layer
        if operation.outputs and operation.outputs[0].name not in layers:
            layer = next((_layer(each, layers) for each in found if _reads(each, operation.outputs)), operation.name)
            layers |= {tensor.name: layer for tensor in operation.outputs}
    return tuple(Owned(_layer(operation, layers), operation) for operation in found)


def _layer(operation: Operation, layers: Mapping[str, str]) -> str:
    return layers[operation.outputs[0].name] if operation.outputs else operation.name


def _own_name(operation: Operation) -> str | None:
    """Its layer, if it has a name and does more than move the values of one tensor."""
    moves = is_supported(operation.op) and isinstance(operator(operation.op), Movement)
    if moves and len(_computed(operation)) == 1:
        return None
    return name_of(operation.inputs, operation.outputs, "") or None


def _written_by(operation: Operation, layers: Mapping[str, str]) -> str | None:
    return next((layers[tensor.name] for tensor in _computed(operation) if tensor.name in layers), None)


def _computed(operation: Operation) -> list[Tensor]:
    return [tensor for tensor in operation.inputs if tensor is not None and not tensor.is_constant]


def _reads(operation: Operation, tensors: tuple[Tensor, ...]) -> bool:
    return any(tensor in _computed(operation) for tensor in tensors)


def touches_float_or_state(operation: Operation) -> bool:
    """Whether int16 is out of the question: for what a table of 256 answers takes the place of, and for states."""
    tensors = [*_computed(operation), *operation.outputs]
    stateful = operation.op in ("READ_VARIABLE", "ASSIGN_VARIABLE")
    return stateful or any(tensor.dtype == "float32" or tensor.is_state for tensor in tensors)
