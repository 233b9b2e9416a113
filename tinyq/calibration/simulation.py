"""A quantized model simulated in float, so that single layers can stay float: each tensor to integers and back at once.

What a layer multiplies is what its integers stand for, and what it answers is rounded to its own integers (Jacob et al.
2018, section 3: simulated quantization). Only the rounding on the way from accumulators to them is the real model's
own, and in a model of several types that between two of them.
"""

from collections.abc import Collection
from typing import Any

import numpy as np

from tinyq.calibration.constants import give_constant, operand
from tinyq.frontend.schema import indices, pack, parse
from tinyq.frontend.tflite_tensors import named_tensors
from tinyq.ir.graph import Array, Graph, Node, Tensor

_TYPES = {"int8": 9, "int16": 7}  # the schema's TensorType
_QUANTIZE, _DEQUANTIZE = 114, 6  # the schema's BuiltinOperator


def simulated(float32: bytes, graph: Graph, in_float: Collection[str]) -> bytes:
    """A float .tflite that answers about as the quantized `graph` does.

    Args:
        float32: the float model that `graph` was made of; tensors are found by their names.
        graph: the quantized model.
        in_float: names of tensors that stay float, and with them the weights of the layers that write them.
    """
    model = parse(float32, "the float model")
    names = {index: name for index, _, name in named_tensors(model)}
    rounded = {
        name: tensor
        for name, tensor in graph.tensors.items()
        if tensor.dtype in _TYPES and tensor.data is None and name not in in_float
    }
    source, codes = model.subgraphs[0], _border_codes(model)
    written: list[Any] = []
    renumbered: dict[int, int] = {}

    def round_tensor(index: int) -> None:
        if (tensor := rounded.get(names.get(index, ""))) is not None and source.tensors[index].type == 0:
            pair = _rounded_and_back(source, index, tensor, codes)
            written.extend(pair)
            renumbered[index] = int(pair[1].outputs[0])

    for index in indices(source.inputs):
        round_tensor(index)
    for operation in source.operators:
        operation.inputs = [renumbered.get(index, index) for index in indices(operation.inputs)]
        node = graph.producer(names[int(operation.outputs[0])]) if int(operation.outputs[0]) in names else None
        if node is not None and node.outputs[0] in rounded:
            _round_constants(model, operation, graph, node)
        written.append(operation)
        for index in indices(operation.outputs):
            round_tensor(index)
    source.operators = written
    source.outputs = [renumbered.get(index, index) for index in indices(source.outputs)]
    model.signatureDefs = None
    return pack(model)


def _border_codes(model: Any) -> tuple[int, int]:  # noqa: ANN401  the schema has no type information
    """Indices of operator codes for QUANTIZE and DEQUANTIZE, which are added."""
    from ai_edge_litert import schema_py_generated as schema

    for builtin, version in ((_QUANTIZE, 1), (_DEQUANTIZE, 2)):
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = builtin
        code.version = version
        model.operatorCodes.append(code)
    return len(model.operatorCodes) - 2, len(model.operatorCodes) - 1


def _rounded_and_back(graph: Any, index: int, rounded: Tensor, codes: tuple[int, int]) -> tuple[Any, Any]:  # noqa: ANN401
    """The two operators behind tensor `index`; `rounded` has its scale and zero point."""
    from ai_edge_litert import schema_py_generated as schema

    integers, back = schema.TensorT(), schema.TensorT()
    for tensor, name in ((integers, b"/integers"), (back, b"/rounded")):
        tensor.name, tensor.shape = graph.tensors[index].name + name, graph.tensors[index].shape
        graph.tensors.append(tensor)
    integers.type, integers.quantization = _TYPES[rounded.dtype], schema.QuantizationParametersT()
    integers.quantization.scale = np.array([rounded.scale], np.float32)
    integers.quantization.zeroPoint = np.array([rounded.zero_point], np.int64)
    pair = []
    for code, (read, write) in zip(codes, ((index, -2), (-2, -1)), strict=True):
        operation = schema.OperatorT()
        operation.opcodeIndex = code
        operation.inputs = [read if read >= 0 else len(graph.tensors) + read]
        operation.outputs = [len(graph.tensors) + write]
        pair.append(operation)
    return pair[0], pair[1]


def _round_constants(model: Any, operation: Any, graph: Graph, node: Node) -> None:  # noqa: ANN401  as above
    """Give the float `operation` the real values of the integers that `node` has for constants."""
    for place, name in enumerate(node.inputs):
        constant = None if name is None else graph.tensors[name]
        old = operand(model, operation, place)
        if constant is not None and constant.quantization is not None and constant.data is not None and old is not None:
            values = real_constant(constant)
            if values.shape == old.shape and old.dtype == np.float32:
                give_constant(model, operation, place, values)


def real_constant(constant: Tensor) -> Array:
    """What the integers of `constant` stand for, float32."""
    assert constant.data is not None
    assert constant.quantization is not None
    shape = [1] * constant.data.ndim
    if constant.quantization.axis is not None:
        shape[constant.quantization.axis] = -1
    scales = np.asarray(constant.quantization.scales, np.float64).reshape(shape)
    zero_points = np.asarray(constant.quantization.zero_points, np.float64).reshape(shape)
    values: Array = ((constant.data - zero_points) * scales).astype(np.float32)
    return values
