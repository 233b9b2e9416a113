"""Layers of 16 bits: activations become int16, the weights stay int8, and a QUANTIZE stands where two types meet."""

from collections.abc import Collection
from copy import copy
from typing import Any

import numpy as np

from tinyq.frontend.schema import indices
from tinyq.frontend.tflite_calls import Operation, name_of
from tinyq.frontend.tflite_tensors import read_tensors
from tinyq.ir.graph import Tensor
from tinyq.ir.wide import wide_quantization
from tinyq.mixing.constants import RealConstants, give_integers, own_tensor, symmetric, written

_INT8, _INT16, _INT64 = 9, 7, 4  # the schema's TensorType
_QUANTIZE, _QUANTIZE_VERSION = 114, 2  # the schema's BuiltinOperator; the first version that takes integers
_WEIGHTS = 1
# Where operators with int8 weights have what they multiply, and their bias.
_WEIGHTED = {"CONV_2D": (0, 2), "DEPTHWISE_CONV_2D": (0, 2), "FULLY_CONNECTED": (0, 2), "TRANSPOSE_CONV": (2, 3)}


def widen(model: Any, operation: Operation, constants: RealConstants) -> None:  # noqa: ANN401  the schema's ModelT
    """Give `operation` of `model` the constants and options of its int16x8 form."""
    multiplied, bias = _WEIGHTED.get(operation.op, (None, None))
    for place, tensor in enumerate(operation.inputs):
        if tensor is None or tensor.quantization is None or not tensor.is_constant:
            continue
        if place == bias and multiplied is not None:
            _widen_bias(model, operation, multiplied, place, constants)
        elif tensor.dtype == "int8" and (multiplied is None or place != _WEIGHTS):
            quantization = wide_quantization(tensor.quantization)
            values = np.clip(np.rint(constants.of(tensor) / quantization.scale), -32768, 32767).astype(np.int16)
            give_integers(model, own_tensor(model, operation.source, place), _INT16, values, quantization)
    options = operation.source.builtinOptions
    if hasattr(options, "quantizedBiasType"):
        options.quantizedBiasType = _INT64
    if hasattr(options, "potScaleInt16"):
        options.potScaleInt16 = False  # the scales are no powers of two


def _widen_bias(model: Any, operation: Operation, multiplied: int, place: int, constants: RealConstants) -> None:  # noqa: ANN401
    """int64 with the scale of the products, as TensorFlow's converter has it."""
    source, weights, bias = operation.inputs[multiplied], operation.inputs[_WEIGHTS], operation.inputs[place]
    assert source is not None
    assert source.quantization is not None
    assert weights is not None
    assert weights.quantization is not None
    assert bias is not None
    scales = np.float32(wide_quantization(source.quantization).scale) * np.asarray(
        weights.quantization.scales, np.float32
    )
    sums = np.rint(constants.of(bias) / scales.astype(np.float64)).astype(np.int64)
    own = own_tensor(model, operation.source, place)
    give_integers(model, own, _INT64, sums, symmetric(scales, None if len(scales) == 1 else 0))


def join(model: Any, wide: Collection[int], where: str) -> None:  # noqa: ANN401  as above
    """Make the activations of operators int16, and put one QUANTIZE before the first reader of the other type.

    A tensor has the type of the operator that writes it; an input of the model is int16 if any such operator reads it.

    Args:
        model: the quantized model.
        wide: `id` of each operator, the schema's OperatorT, that computes with int16.
        where: the file, for error messages.
    """
    graph, tensors, operators = model.subgraphs[0], read_tensors(model, where), []
    given = set(indices(graph.inputs))
    touched = {
        number
        for operation in graph.operators
        if id(operation) in wide
        for number in (*indices(operation.outputs), *(given & set(indices(operation.inputs))))
    }
    activations = {number: tensor for number, tensor in tensors.items() if _is_activation(tensor)}
    other: dict[int, int] = {}  # the same in the other type, by number
    for operation in graph.operators:
        for number in dict.fromkeys(indices(operation.inputs)):
            crosses = number in activations and (number in touched) != (id(operation) in wide)
            if crosses and number not in other:
                other[number] = len(graph.tensors)
                graph.tensors.append(_converted(graph, number, activations[number], wide=number not in touched))
                operators.append(_quantize(model, number, other[number]))
            if crosses:
                operation.inputs = [other[each] if each == number else each for each in indices(operation.inputs)]
        operators.append(operation)
    graph.operators = operators
    for number in touched & activations.keys():
        _retype(graph.tensors[number], activations[number], wide=True)


def _is_activation(tensor: Tensor) -> bool:
    return tensor.dtype == "int8" and tensor.quantization is not None and not tensor.is_constant


def _retype(target: Any, tensor: Tensor, *, wide: bool) -> None:  # noqa: ANN401  the schema's TensorT
    assert tensor.quantization is not None
    target.type = _INT16 if wide else _INT8
    target.quantization = written(wide_quantization(tensor.quantization) if wide else tensor.quantization)


def _converted(graph: Any, number: int, tensor: Tensor, *, wide: bool) -> Any:  # noqa: ANN401  the schema's classes
    """A tensor beside that of this number, named after the same layer."""
    result = copy(graph.tensors[number])
    result.name = f"{name_of((), (tensor,), 'input')}_{'int16' if wide else 'int8'}/quantize".encode()
    _retype(result, tensor, wide=wide)
    return result


def _quantize(model: Any, source: int, target: int) -> Any:  # noqa: ANN401  as above
    from ai_edge_litert import schema_py_generated as schema

    operation, code = schema.OperatorT(), schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = _QUANTIZE
    code.version = _QUANTIZE_VERSION
    operation.opcodeIndex, operation.inputs, operation.outputs = len(model.operatorCodes), [source], [target]
    model.operatorCodes.append(code)
    return operation
