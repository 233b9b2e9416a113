"""A float32 .tflite with its weights stored as int8 or int4: each comes back through a DEQUANTIZE.

TensorFlow Lite runs such a file as it stands; tinyq builds operators that read the integers themselves.
"""

from collections import defaultdict
from typing import Any

import numpy as np

from tinyq.frontend.schema import indices, operator_name, pack, parse
from tinyq.ir.graph import FLOAT, Array
from tinyq.numerics.affine import symmetric
from tinyq.numerics.fitted_int4 import to_int4
from tinyq.numerics.int4 import pack_int4
from tinyq.ops import is_supported, operator
from tinyq.ops.accumulate import WEIGHTS

_VERSION = 6  # the first of DEQUANTIZE that has a scale for each channel, and int4


def with_stored_weights(tflite: bytes, dtype: str, where: str) -> bytes:
    """The float32 model `tflite` with weights of `dtype`, int8 or int4, one scale for each output channel.

    Weights that something else reads as well stay as they are, and so do those that would take no fewer bytes.

    Raises:
        TinyqError: `tflite` is no .tflite.
    """
    model = parse(tflite, where)
    graph = model.subgraphs[0]
    uses = _uses(model)
    code, restored = _code(model), []
    for index in sorted(uses):
        (axis,) = uses[index] if len(uses[index]) == 1 else (None,)
        values = _constant(model, graph.tensors[index])
        if axis is not None and values is not None and _is_smaller(values.shape, axis, dtype):
            restored.append(_store(model, index, values, axis, dtype))
    for operation in restored:
        operation.opcodeIndex = code
    graph.operators = [*restored, *graph.operators]
    return pack(model)


def _uses(model: Any) -> dict[int, set[int | None]]:  # noqa: ANN401  the schema's ModelT
    """How each tensor is read, by its index: as weights with output channels along an axis, or otherwise, None."""
    graph = model.subgraphs[0]
    uses: dict[int, set[int | None]] = defaultdict(set)
    for operation in graph.operators:
        form = FLOAT + operator_name(model, operation)
        axis = operator(form).weight_axis if is_supported(form) else None
        for place, index in enumerate(indices(operation.inputs)):
            uses[index].add(axis if place == WEIGHTS else None)
    for index in indices(graph.outputs):
        uses[index].add(None)
    uses.pop(-1, None)  # an input that is absent
    return uses


def _constant(model: Any, tensor: Any) -> Array | None:  # noqa: ANN401  as above
    from ai_edge_litert.schema_py_generated import TensorType

    content = model.buffers[tensor.buffer].data
    if tensor.type != TensorType.FLOAT32 or content is None or len(content) == 0:
        return None
    return np.frombuffer(np.asarray(content, np.uint8).tobytes(), "<f4").astype(np.float32).reshape(tensor.shape)


def _is_smaller(shape: tuple[int, ...], axis: int, dtype: str) -> bool:
    elements = int(np.prod(shape))
    return elements // (2 if dtype == "int4" else 1) + 4 * shape[axis] < 4 * elements


def _store(model: Any, index: int, values: Array, axis: int, dtype: str) -> Any:  # noqa: ANN401  as above
    """Put `values` into a new tensor of `dtype`, and give the DEQUANTIZE from there to the tensor `index`."""
    from ai_edge_litert import schema_py_generated as schema

    graph = model.subgraphs[0]
    real = graph.tensors[index]
    integers, scales = to_int4(values, axis) if dtype == "int4" else symmetric(values, axis)
    stored = schema.TensorT()
    stored.name, stored.shape, stored.shapeSignature = real.name, real.shape, real.shapeSignature
    stored.type = getattr(schema.TensorType, dtype.upper())
    stored.hasRank = real.hasRank
    stored.quantization = schema.QuantizationParametersT()
    stored.quantization.scale, stored.quantization.zeroPoint = scales.tolist(), [0] * len(scales)
    stored.quantization.quantizedDimension = axis
    stored.buffer = len(model.buffers)
    buffer = schema.BufferT()
    buffer.data = pack_int4(integers) if dtype == "int4" else integers.ravel().view(np.uint8)
    model.buffers.append(buffer)
    _forget(model, real)
    real.name += b"/dequantized"
    graph.tensors.append(stored)
    operation = schema.OperatorT()
    operation.inputs, operation.outputs = [len(graph.tensors) - 1], [index]
    return operation


def _forget(model: Any, tensor: Any) -> None:  # noqa: ANN401  as above
    """Take the value of `tensor` out of the file, unless another tensor has the same."""
    everywhere = [other.buffer for graph in model.subgraphs for other in graph.tensors]
    if everywhere.count(tensor.buffer) == 1:
        model.buffers[tensor.buffer].data = None
    tensor.buffer = 0


def _code(model: Any) -> int:  # noqa: ANN401  as above
    """The index of a new operator code DEQUANTIZE."""
    from ai_edge_litert import schema_py_generated as schema

    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.DEQUANTIZE
    code.version = _VERSION
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1
