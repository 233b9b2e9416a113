"""The tensors of a .tflite file: names, shapes, types, quantization and constant data."""

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.schema import indices
from tinyq.ir.graph import Array, DType, Quantization, Tensor
from tinyq.ir.names import unique
from tinyq.numerics.int4 import unpack_int4

# Numbering of the schema's TensorType.
_DTYPES: dict[int, DType] = {
    0: "float32",
    2: "int32",
    3: "uint8",
    4: "int64",
    6: "bool",
    7: "int16",
    9: "int8",
    17: "int4",
}
_RESOURCE = 13  # a handle of a variable

LARGEST = 2**26  # bytes of a tensor; a damaged file may speak of terabytes


def read_tensors(model: Any, where: str) -> dict[int, Tensor]:  # noqa: ANN401  the schema's ModelT
    """The tensors that the first subgraph computes with, by index, under unique names; handles of variables are none.

    Raises:
        TinyqError: a dynamic shape or an element type that can't be built.
    """
    return {index: read_tensor(model, source, name, where) for index, source, name in named_tensors(model)}


def named_tensors(model: Any) -> Iterator[tuple[int, Any, str]]:  # noqa: ANN401  as above
    """What `read_tensors` reads, not read yet: index, the schema's TensorT, and a unique name of each."""
    names: set[str] = set()
    for index in sorted(_used(model.subgraphs[0])):
        source = model.subgraphs[0].tensors[index]
        if source.type != _RESOURCE:
            name = unique(_decoded(source.name) or f"tensor_{index}", names)
            names.add(name)
            yield index, source, name


def _used(graph: Any) -> set[int]:  # noqa: ANN401  the schema's SubGraphT
    """The tensors that something reads or writes; an LSTM lists others, without a shape, for its calibration."""
    operations = [(*indices(operation.inputs), *indices(operation.outputs)) for operation in graph.operators]
    touched = (index for operands in operations for index in operands)
    return {index for index in (*indices(graph.inputs), *indices(graph.outputs), *touched) if index >= 0}


def _decoded(name: bytes | None) -> str:
    # A control character in a name would break the comments of the generated C.
    return "".join(letter if letter.isprintable() else "?" for letter in (name or b"").decode(errors="replace"))


def read_tensor(model: Any, source: Any, name: str, where: str) -> Tensor:  # noqa: ANN401
    """The tensor `source` of the schema, under `name`.

    Raises:
        TinyqError: a dynamic shape or an element type that can't be built.
    """
    if source.type not in _DTYPES:
        from ai_edge_litert import schema_py_generated as schema

        found = next((key for key, value in vars(schema.TensorType).items() if value == source.type), source.type)
        raise TinyqError(
            f"{where}: tensor {name}: found element type {found}; accepted: {', '.join(_DTYPES.values())}",
            "quantize the model to full-integer int8 with `tinyq quantize`",
        )
    dtype = _DTYPES[source.type]
    shape = _shape(source, name, where)
    if (size := Tensor(name, shape, dtype).bytes) > LARGEST:
        raise TinyqError(
            f"{where}: tensor {name}: found {size} bytes; accepted: up to {LARGEST}, more than any board has",
            "make the model smaller",
        )
    data = _constant(model, source, dtype, shape)
    if dtype == "int4" and data is None:
        raise TinyqError(
            f"{where}: tensor {name}: found int4 numbers computed at run time; accepted: int4 weights",
            "convert the model with int8 activations",
        )
    quantization = quantization_of(source)
    initial = _cleared(shape, dtype, quantization) if source.isVariable and data is None else None
    return Tensor(name, shape, dtype, quantization, data, initial=initial)


def _cleared(shape: tuple[int, ...], dtype: DType, quantization: Quantization | None) -> Array:
    """A variable tensor after a reset: real zeros (TFLM MicroInterpreterGraph::ResetVariableTensors)."""
    zero = quantization.zero_point if quantization is not None and dtype == "int8" else 0
    return np.full(shape, zero, dtype)


def _shape(source: Any, name: str, where: str) -> tuple[int, ...]:  # noqa: ANN401
    shape = tuple(int(extent) for extent in (source.shape if source.shape is not None else ()))
    signature = source.shapeSignature
    # An open batch dimension is fixed to 1 in `shape`; any other open dimension is really dynamic.
    dynamic = [int(extent) for extent in signature[1:]] if signature is not None else []
    if any(extent < 0 for extent in dynamic) or any(extent < 1 for extent in shape):
        found = [int(extent) for extent in signature] if signature is not None else list(shape)
        raise TinyqError(
            f"{where}: tensor {name}: found shape {found}, known only at run time; accepted: fixed shapes "
            "(only the batch may be open)",
            "give the Keras model an Input with every dimension fixed, then convert again",
        )
    return shape


def quantization_of(source: Any) -> Quantization | None:  # noqa: ANN401
    """How the tensor `source` of the schema is quantized; None where it says nothing of it."""
    quantization = source.quantization
    if quantization is None or quantization.scale is None or len(quantization.scale) == 0:
        return None
    scales = tuple(float(scale) for scale in quantization.scale)
    zero_points = quantization.zeroPoint
    points = (0,) * len(scales) if zero_points is None else tuple(int(point) for point in zero_points)
    if len(points) == 1:
        points = points * len(scales)
    return Quantization(scales, points, int(quantization.quantizedDimension) if len(scales) > 1 else None)


def _constant(model: Any, source: Any, dtype: DType, shape: tuple[int, ...]) -> Array | None:  # noqa: ANN401
    content = model.buffers[source.buffer].data
    if content is None or len(content) == 0:
        return None
    content = np.asarray(content, np.uint8)
    if dtype == "int4":
        return unpack_int4(content, prod(shape)).reshape(shape)
    little_endian = np.dtype(dtype).newbyteorder("<")
    values = np.frombuffer(content.tobytes(), little_endian)
    return values.astype(dtype).reshape(shape)
