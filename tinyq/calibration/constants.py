"""Constants of a float .tflite: an operator's weights and biases, read and replaced."""

from typing import Any

import numpy as np

from tinyq.frontend.schema import indices
from tinyq.ir.graph import Array


def operand(model: Any, operation: Any, place: int) -> Array | None:  # noqa: ANN401  the schema's ModelT, OperatorT
    """The operator's float32 or int32 constant input `place`; None where it is computed or absent."""
    number = indices(operation.inputs)[place] if place < len(operation.inputs) else -1
    if number < 0:
        return None
    tensor = model.subgraphs[0].tensors[number]
    data = model.buffers[tensor.buffer].data
    dtype = {0: np.float32, 2: np.int32}.get(tensor.type)
    if data is None or dtype is None or tensor.sparsity is not None:
        return None
    return np.asarray(data, np.uint8).view(dtype).reshape(tensor.shape)


def give_constant(model: Any, operation: Any, place: int, values: Array) -> None:  # noqa: ANN401  as above
    """Put float32 `values` in the place of a constant input, as one of the operator's own: others may read the old."""
    from ai_edge_litert import schema_py_generated as schema

    graph = model.subgraphs[0]
    old, tensor, buffer = graph.tensors[operation.inputs[place]], schema.TensorT(), schema.BufferT()
    tensor.name, tensor.shape, tensor.type, tensor.buffer = old.name, old.shape, old.type, len(model.buffers)
    buffer.data = np.ascontiguousarray(values, np.float32).view(np.uint8).ravel()
    operation.inputs = [*operation.inputs[:place], len(graph.tensors), *operation.inputs[place + 1 :]]
    graph.tensors.append(tensor)
    model.buffers.append(buffer)
