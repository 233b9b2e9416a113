"""The operators of a .tflite file, one by one, each with its tensors and options."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.known import known_outputs
from tinyq.frontend.layer_names import layer_name
from tinyq.frontend.schema import indices, operator_name
from tinyq.frontend.tflite_tensors import quantization_of
from tinyq.frontend.tflite_variables import WITHOUT_NODE, Variables
from tinyq.ir.graph import FLOAT, HYBRID, Quantization, Tensor
from tinyq.ops import MANY, Call, is_supported, operator, tflite_name
from tinyq.ops.accumulate import WEIGHTS


@dataclass(frozen=True, eq=False)
class Operation:
    """An operator as it stands in the file.

    Attributes:
        name: the layer it came from; several operators may come from one layer.
        op: the operator's name in the graph: its TFLite name, or that of its form in float32.
        source: the schema's OperatorT.
        inputs: the input tensors; None where an optional one is absent.
        outputs: the output tensors.
        intermediates: how the tensors are quantized that it keeps between its steps and shows to no one.
    """

    name: str
    op: str
    source: Any
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    intermediates: tuple[Quantization | None, ...] = ()

    def call(self, where: str) -> Call[Any]:
        """Its options read, nothing checked yet; `where` is the file, for error messages.

        Raises:
            TinyqError: another number of inputs or outputs than the operator has, or options that can't be built.
        """
        reader = operator(self.op)
        present = sum(tensor is not None for tensor in self.inputs)
        if not (reader.inputs[0] <= present and len(self.inputs) <= reader.inputs[1]) or not (
            reader.outputs[0] <= len(self.outputs) <= reader.outputs[1]
        ):
            raise TinyqError(
                f"{where}: layer {self.name} ({tflite_name(self.op)}): found {present} inputs and {len(self.outputs)} "
                f"outputs; accepted: {_count(reader.inputs, 'input')} and {_count(reader.outputs, 'output')}",
                "convert the model again",
            )
        try:
            options = reader.read(self.source.builtinOptions, self.inputs, self.outputs)
            options = reader.with_intermediates(options, self.intermediates)
        except TinyqError as error:
            raise TinyqError(
                f"{where}: layer {self.name} ({tflite_name(self.op)}): {error.message}", error.hint
            ) from error
        return Call(self.name, self.op, options, self.inputs, self.outputs)


def operations(
    model: Any,  # noqa: ANN401  the schema's ModelT
    tensors: Mapping[int, Tensor],
    variables: Variables,
    *,
    allow_float: bool = False,
) -> Iterator[Operation]:
    """The operators of the first subgraph that become nodes, in order; CALL_ONCE and VAR_HANDLE leave none.

    `tensors` is read as the operators come: what becomes a constant on the way is one for those after it. With
    `allow_float` an operator of float32 gets the name of its form that computes so at run time, if there is one. Of
    weights that a DEQUANTIZE makes of stored integers, it takes the integers, if it can.
    """
    stored = _dequantized(model)
    for number, operation in enumerate(model.subgraphs[0].operators):
        op = operator_name(model, operation)
        if op in WITHOUT_NODE:
            continue
        inputs, outputs = _tensors_of(operation.inputs, tensors), _tensors_of(operation.outputs, tensors)
        if number in variables.assigned:
            inputs, outputs = inputs[1:], (variables.assigned[number],)
        written = tuple(tensor for tensor in outputs if tensor is not None)
        form = _form(op, inputs, written) if allow_float else op
        if form != op and operator(form).weight_axis is not None:
            inputs = (*inputs[:WEIGHTS], _stored(operation, tensors, stored), *inputs[WEIGHTS + 1 :])
        between = tuple(
            quantization_of(model.subgraphs[0].tensors[index]) for index in indices(operation.intermediates)
        )
        yield Operation(name_of(inputs, outputs, op), form, operation, inputs, written, between)


def _form(op: str, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> str:
    """The name of the form of `op` that computes in float32 at run time; `op` where there is none."""
    if not outputs or outputs[0].dtype != "float32":
        return op
    weights = inputs[WEIGHTS] if len(inputs) > WEIGHTS else None
    is_hybrid = weights is not None and weights.dtype in ("int8", "int4")
    form = (HYBRID if is_hybrid else FLOAT) + op
    return form if is_supported(form) else op


def _dequantized(model: Any) -> dict[int, int]:  # noqa: ANN401  as above
    """The tensors that a DEQUANTIZE makes of constants, by index, with the indices of those."""
    graph = model.subgraphs[0]
    written = {int(index) for operation in graph.operators for index in indices(operation.outputs)}
    made = [each for each in graph.operators if operator_name(model, each) == "DEQUANTIZE"]
    pairs = {indices(each.outputs)[0]: indices(each.inputs)[0] for each in made}
    return {after: before for after, before in pairs.items() if before not in {*written, *indices(graph.inputs)}}


def _stored(
    operation: Any,  # noqa: ANN401  as above
    tensors: Mapping[int, Tensor],
    stored: Mapping[int, int],
) -> Tensor | None:
    index = indices(operation.inputs)[WEIGHTS]
    return tensors.get(stored.get(index, index))


def known_results(model: Any, operation: Operation, call: Call[Any]) -> dict[int, Tensor]:  # noqa: ANN401  as above
    """The outputs of `operation`, read as `call`, by index, as constants; none where they are computed or wanted."""
    written = indices(operation.source.outputs)
    if not written or set(written) & set(indices(model.subgraphs[0].outputs)):
        return {}
    return dict(zip(written, known_outputs(call), strict=False))


def _tensors_of(operands: Any, tensors: Mapping[int, Tensor]) -> tuple[Tensor | None, ...]:  # noqa: ANN401  a vector
    return tuple(tensors.get(index) for index in indices(operands))


def name_of(inputs: Sequence[Tensor | None], outputs: Sequence[Tensor | None], otherwise: str) -> str:
    """The layer that an operator of these tensors came from; `otherwise` where their names don't say it."""
    # A constant of int8 or int4 is a layer's weights; paddings, axes and shapes are named after anything.
    weights = [
        tensor.name
        for tensor in inputs[1:2]
        if tensor is not None and tensor.is_constant and tensor.dtype in ("int8", "int4")
    ]
    return layer_name([*weights, *(tensor.name for tensor in outputs if tensor is not None)], otherwise)


def _count(limits: tuple[int, int], noun: str) -> str:
    """Text of how many inputs or outputs there may be."""
    least, most = limits
    number = f"{least} or more" if most == MANY else str(least) if least == most else f"{least} to {most}"
    return f"{number} {noun}{'' if most == 1 else 's'}"
