"""Writes small .tflite files for tests, with the schema that ai-edge-litert ships."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

TYPES = {
    "float32": 0,
    "int32": 2,
    "uint8": 3,
    "int64": 4,
    "bool": 6,
    "int16": 7,
    "int8": 9,
    "float64": 10,
    "resource": 13,
    "int4": 17,
}


@dataclass(frozen=True)
class T:
    """A tensor: its quantization is given by scales, zero points and, per channel, the axis."""

    name: str
    shape: tuple[int, ...]
    dtype: str = "int8"
    scales: tuple[float, ...] = ()
    zero_points: tuple[int, ...] = ()
    axis: int = 0
    data: NDArray[Any] | None = None
    signature: tuple[int, ...] | None = None
    variable: bool = False


@dataclass(frozen=True)
class Op:
    """An operator by its TFLite name; `options` are the fields of its schema options table."""

    name: str
    inputs: Sequence[str | None]
    outputs: Sequence[str]
    options_table: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    intermediates: Sequence[str] = ()


@dataclass(frozen=True)
class Once:
    """A second subgraph without inputs and outputs, which a CALL_ONCE runs."""

    tensors: Sequence[T]
    operators: Sequence[Op]


def tflite_model(
    tensors: Sequence[T],
    operators: Sequence[Op],
    inputs: Sequence[str],
    outputs: Sequence[str],
    once: Once | None = None,
) -> bytes:
    """The bytes of a .tflite file."""
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    model.operatorCodes = []
    model.subgraphs = [_subgraph(model, tensors, operators, inputs, outputs)]
    if once is not None:
        model.subgraphs.append(_subgraph(model, once.tensors, once.operators, (), ()))
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _subgraph(
    model: Any, tensors: Sequence[T], operators: Sequence[Op], inputs: Sequence[str], outputs: Sequence[str]
) -> Any:
    subgraph = schema.SubGraphT()
    index = {tensor.name: number for number, tensor in enumerate(tensors)}
    subgraph.tensors = [_tensor(tensor, model) for tensor in tensors]
    subgraph.inputs = [index[name] for name in inputs]
    subgraph.outputs = [index[name] for name in outputs]
    subgraph.operators = [_operator(operator, model, index) for operator in operators]
    return subgraph


def _tensor(tensor: T, model: Any) -> Any:
    result = schema.TensorT()
    result.name = tensor.name.encode()
    result.shape = list(tensor.shape)
    result.type = TYPES[tensor.dtype]
    result.isVariable = tensor.variable
    if tensor.signature is not None:
        result.shapeSignature = list(tensor.signature)
    if tensor.scales:
        quantization = schema.QuantizationParametersT()
        quantization.scale = list(tensor.scales)
        quantization.zeroPoint = list(tensor.zero_points or (0,) * len(tensor.scales))
        quantization.quantizedDimension = tensor.axis
        result.quantization = quantization
    if tensor.data is not None:
        buffer = schema.BufferT()
        buffer.data = _bytes(tensor.dtype, tensor.data)
        result.buffer = len(model.buffers)
        model.buffers.append(buffer)
    return result


def _bytes(dtype: str, data: NDArray[Any]) -> NDArray[np.uint8]:
    if dtype != "int4":
        return np.frombuffer(np.asarray(data, dtype).tobytes(), np.uint8)
    digits = [int(number) % 16 for number in data.flat]
    return np.array([low + 16 * high for low, high in zip_longest(digits[::2], digits[1::2], fillvalue=0)], np.uint8)


def _operator(operator: Op, model: Any, index: Mapping[str, int]) -> Any:
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, operator.name)
    code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    code.version = 1
    result = schema.OperatorT()
    result.opcodeIndex = len(model.operatorCodes)
    model.operatorCodes.append(code)
    result.inputs = [-1 if name is None else index[name] for name in operator.inputs]
    result.outputs = [index[name] for name in operator.outputs]
    result.intermediates = [index[name] for name in operator.intermediates]
    if operator.options_table is not None:
        options = getattr(schema, operator.options_table + "T")()
        for name, value in operator.options.items():
            setattr(options, name, value)
        result.builtinOptions = options
        result.builtinOptionsType = getattr(schema.BuiltinOptions, operator.options_table)
    return result
