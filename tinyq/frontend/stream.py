"""A model of whole sequences as a model of one step a call, for a stream that never ends.

Weights and quantization stay as they are, so that both answer the same, bit for bit. Only the time axis changes, from
the length of the sequences to 1; between two calls the recurrent layers keep their states.
"""

from typing import Any

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.layer_names import layer_name
from tinyq.frontend.schema import indices, operator_name, pack, parse
from tinyq.frontend.tflite_variables import STARTS_ANEW

#: Operators that look at one step at a time, or keep what they need of earlier ones.
STEPWISE = frozenset(
    [
        "ADD",
        "DEQUANTIZE",
        "FULLY_CONNECTED",
        "HARD_SWISH",
        "LEAKY_RELU",
        "LOGISTIC",
        "MUL",
        "QUANTIZE",
        "RELU",
        "RELU6",
        "RESHAPE",
        "SOFTMAX",
        "SUB",
        "TANH",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
    ]
)


def one_step_a_call(data: bytes, where: str) -> bytes:
    """The .tflite `data`, whose input is [1, steps, ...], for inputs [1, 1, ...].

    Raises:
        TinyqError: it has several inputs, or a layer that looks at several steps at once.
    """
    model = parse(data, where)
    graph = model.subgraphs[0]
    steps = _steps(graph, where)
    _shorten(graph.tensors[indices(graph.inputs)[0]], 1)
    for operation in graph.operators:
        op = operator_name(model, operation)
        output = graph.tensors[indices(operation.outputs)[0]]
        axis = _time_axis(output, steps)
        if op not in STEPWISE or axis is None:
            layer = layer_name([output.name.decode(errors="replace")], op)
            raise TinyqError(
                f"{where}: layer {layer} ({op}): found a layer that needs the whole sequence; accepted in a stream: "
                f"{', '.join(sorted(STEPWISE))}, each with an answer for every step",
                "give recurrent layers return_sequences=True, or leave out `stream` in tinyq.toml",
            )
        _shorten(output, axis)
        if op == "RESHAPE" and len(operation.inputs) > 1:
            _set_shape(model, graph.tensors[operation.inputs[1]], output.shape)
            operation.builtinOptions = None
    model.metadata = [entry for entry in model.metadata or () if entry.name != STARTS_ANEW]
    return pack(model)


def _steps(graph: Any, where: str) -> int:  # noqa: ANN401  the schema has no type information
    inputs = indices(graph.inputs)
    shape = [int(extent) for extent in graph.tensors[inputs[0]].shape]
    if len(inputs) != 1 or len(shape) < 3 or shape[0] != 1:
        raise TinyqError(
            f"{where}: found {len(inputs)} inputs, the first of shape {shape}; accepted in a stream: "
            "one input of shape [1, steps, ...]",
            "leave out `stream` in tinyq.toml",
        )
    return shape[1]


def _time_axis(tensor: Any, steps: int) -> int | None:  # noqa: ANN401  as above
    """The axis of `steps` elements with nothing but ones before it; None where there is none."""
    for axis, extent in enumerate(tensor.shape):
        if extent != 1:
            return axis if extent == steps else None
    return 0 if steps == 1 else None


def _shorten(tensor: Any, axis: int) -> None:  # noqa: ANN401  as above
    tensor.shape = np.array([1 if number == axis else extent for number, extent in enumerate(tensor.shape)], np.int32)
    tensor.shapeSignature = None


def _set_shape(model: Any, tensor: Any, shape: Any) -> None:  # noqa: ANN401  as above
    """Give a RESHAPE's second input a buffer of its own: others may share the old one."""
    from ai_edge_litert import schema_py_generated as schema

    buffer = schema.BufferT()
    buffer.data = np.asarray(shape, np.int32).view(np.uint8)
    tensor.buffer = len(model.buffers)
    model.buffers.append(buffer)
