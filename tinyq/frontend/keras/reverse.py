"""Puts a QUANTIZE behind each REVERSE_V2 whose output has another scale than its input.

TensorFlow's quantizer gives the output of Bidirectional's reversal the scale of what it is joined with, yet
REVERSE_V2 only copies (TFLite kernels/reverse.cc): its answers would be off by the ratio of the two scales.
"""

from copy import copy
from typing import Any

import flatbuffers

from tinyq.frontend.schema import operator_name, parse


def requantize_reversed(data: bytes) -> bytes:
    """The quantized .tflite `data`, or the same bytes where every reversal keeps its scale."""
    model = parse(data, "the quantized model")
    graph, operators = model.subgraphs[0], []
    for operation in graph.operators:
        operators.append(operation)
        if operator_name(model, operation) == "REVERSE_V2" and not _keeps_its_scale(graph, operation):
            operators.append(_requantized(model, operation))
    if len(operators) == len(graph.operators):
        return data
    graph.operators = operators
    builder = flatbuffers.Builder(len(data))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _keeps_its_scale(graph: Any, operation: Any) -> bool:  # noqa: ANN401  the schema has no type information
    source, result = (graph.tensors[index].quantization for index in (operation.inputs[0], operation.outputs[0]))
    if source is None or result is None or source.scale is None or result.scale is None:
        return True
    return list(source.scale) == list(result.scale) and list(source.zeroPoint) == list(result.zeroPoint)


def _requantized(model: Any, operation: Any) -> Any:  # noqa: ANN401  as above
    """Makes `operation` write a tensor of its input's scale, and returns the QUANTIZE to its former output."""
    from ai_edge_litert import schema_py_generated as schema

    graph, result = model.subgraphs[0], operation.outputs[0]
    between = copy(graph.tensors[result])
    between.name += b"/copied"
    between.quantization = graph.tensors[operation.inputs[0]].quantization
    graph.tensors.append(between)
    operation.outputs = [len(graph.tensors) - 1]
    code, quantize = schema.OperatorCodeT(), schema.OperatorT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.QUANTIZE
    code.version = 2  # the first from int8 to int8
    quantize.opcodeIndex, quantize.inputs, quantize.outputs = len(model.operatorCodes), operation.outputs, [result]
    model.operatorCodes.append(code)
    return quantize
