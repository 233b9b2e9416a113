"""What the converter leaves undone with LSTM operators: their names, their state's scale, a mark that they start anew.

Where an output is joined with others (Bidirectional), the converter gives it their scale, or that to what reverses it,
but leaves the hidden state its own. Both only copy: whatever is copied must have the scale of what it is copied to.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.frontend.schema import indices, operator_name, pack, parse
from tinyq.frontend.tflite_variables import STARTS_ANEW
from tinyq.ir.graph import Array

_LSTM = "UNIDIRECTIONAL_SEQUENCE_LSTM"
_HIDDEN, _CELL = 18, 19
_INTERMEDIATE = 4  # the hidden state again, from which TensorFlow Lite's interpreter takes the scale


def finish_lstms(data: bytes, layers: Sequence[tuple[str, Array]]) -> bytes:
    """The .tflite `data` with LSTM operators named after the layers whose weights they have, and fit to be run.

    Args:
        data: the quantized model.
        layers: name of each Keras layer, and its first gate's input weights.
    """
    model = parse(data, "the quantized model")
    graph, left = model.subgraphs[0], list(layers)
    written = {operation.outputs[0]: operator_name(model, operation) for operation in graph.operators}
    for operation in graph.operators:
        if operator_name(model, operation) == "REVERSE_V2" and written.get(operation.inputs[0]) == _LSTM:
            graph.tensors[operation.inputs[0]].quantization = graph.tensors[operation.outputs[0]].quantization
    for operation in graph.operators:
        if operator_name(model, operation) == _LSTM:
            for index in (operation.inputs[_HIDDEN], *indices(operation.intermediates)[_INTERMEDIATE:]):
                graph.tensors[index].quantization = graph.tensors[operation.outputs[0]].quantization
            weights = _real(model, graph.tensors[operation.inputs[1]])
            for index, (name, original) in enumerate(left):
                if _are_the_same(weights, original):
                    graph.tensors[operation.outputs[0]].name = f"{name}/lstm".encode()
                    graph.tensors[operation.inputs[_HIDDEN]].name = f"{name}/hidden".encode()
                    graph.tensors[operation.inputs[_CELL]].name = f"{name}/cell".encode()
                    del left[index]
                    break
    _mark(model)
    return pack(model)


def _real(model: Any, tensor: Any) -> tuple[Array, float]:  # noqa: ANN401  the schema has no type information
    """int8 weights as real numbers, and their scale."""
    scale = float(tensor.quantization.scale[0])
    stored = np.asarray(model.buffers[tensor.buffer].data, np.uint8).view(np.int8)
    return stored.reshape(tensor.shape) * scale, scale


def _are_the_same(weights: tuple[Array, float], original: Array) -> bool:
    real, scale = weights
    return real.shape == original.shape and bool((np.abs(real - original) <= 0.51 * scale).all())


def _mark(model: Any) -> None:  # noqa: ANN401  as above
    from ai_edge_litert import schema_py_generated as schema

    entry, buffer = schema.MetadataT(), schema.BufferT()
    entry.name, entry.buffer = STARTS_ANEW, len(model.buffers)
    buffer.data = np.zeros(1, np.uint8)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or ()), entry]
