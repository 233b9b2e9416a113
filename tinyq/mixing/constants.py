"""The constants of a quantized model as real numbers, and other numbers in their place."""

from copy import copy
from typing import Any

import numpy as np

from tinyq.calibration.simulation import real_constant
from tinyq.frontend.schema import indices, parse
from tinyq.frontend.tflite_tensors import named_tensors, read_tensor
from tinyq.ir.graph import Array, Quantization, Tensor

_FLOAT32 = 0  # the schema's TensorType
_HALF = 0.51  # of a step: what a real number may be away from its integer, with room for float32's rounding


class RealConstants:
    """What the constants of a quantized model stand for.

    Args:
        float32: the float model that it was made of: the constants that were rounded, by name; empty where there is
            none.
    """

    def __init__(self, float32: bytes) -> None:
        self._originals: dict[str, Array] = {}
        if float32:
            model = parse(float32, "the float model")
            for _, source, name in named_tensors(model):
                if source.type == _FLOAT32 and (data := model.buffers[source.buffer].data) is not None and len(data):
                    original = read_tensor(model, source, name, "the float model").data
                    self._originals |= {} if original is None else {name: original}

    def of(self, constant: Tensor) -> Array:
        """Real values: the original ones, if `constant` is their rounding, else what its integers stand for."""
        values, original = real_constant(constant), self._originals.get(constant.name)
        if original is None or original.shape != values.shape:
            return values
        return original if (np.abs(original - values) <= _HALF * _steps(constant)).all() else values


def _steps(constant: Tensor) -> Array:
    """The scales of `constant`, in a shape that broadcasts with its values."""
    quantization = constant.quantization
    assert quantization is not None
    shape = [1] * len(constant.shape)
    if quantization.axis is not None:
        shape[quantization.axis] = -1
    return np.asarray(quantization.scales).reshape(shape)


def own_tensor(model: Any, operation: Any, place: int) -> Any:  # noqa: ANN401  the schema's classes
    """The schema's TensorT of input `place` of `operation`: a copy where anything else reads the same one."""
    graph, number = model.subgraphs[0], int(operation.inputs[place])
    if sum(indices(each.inputs).count(number) for each in graph.operators) > 1:
        graph.tensors.append(copy(graph.tensors[number]))
        operation.inputs = indices(operation.inputs)
        number = operation.inputs[place] = len(graph.tensors) - 1
    return graph.tensors[number]


def give_integers(
    model: Any,  # noqa: ANN401  as above
    tensor: Any,  # noqa: ANN401  as above
    kind: int,
    values: Array,
    quantization: Quantization,
) -> None:
    """Make a constant of other integers: `kind` is the schema's TensorType, `values` the bytes as they are stored."""
    from ai_edge_litert import schema_py_generated as schema

    buffer = schema.BufferT()
    buffer.data = np.ascontiguousarray(values).view(np.uint8).ravel()
    used = sum(each.buffer == tensor.buffer for each in model.subgraphs[0].tensors)
    if used == 1:
        model.buffers[tensor.buffer] = buffer
    else:
        tensor.buffer = len(model.buffers)
        model.buffers.append(buffer)
    tensor.type, tensor.quantization = kind, written(quantization)


def written(quantization: Quantization) -> Any:  # noqa: ANN401  as above
    """`quantization` as the schema's QuantizationParametersT."""
    from ai_edge_litert import schema_py_generated as schema

    parameters = schema.QuantizationParametersT()
    parameters.scale = np.asarray(quantization.scales, np.float32)
    parameters.zeroPoint = np.asarray(quantization.zero_points, np.int64)
    parameters.quantizedDimension = quantization.axis or 0
    return parameters


def symmetric(scales: Array, axis: int | None) -> Quantization:
    """The quantization of weights and biases with these scales, float32 [channels] along `axis`."""
    return Quantization(tuple(scales.tolist()), (0,) * len(scales), axis)
