"""Opens a .tflite file with the schema that ai-edge-litert ships: bytes in, its object tree out."""

import struct
from functools import cache
from typing import Any

from tinyq.errors import TinyqError

IDENTIFIER = b"TFL3"

# What the generated flatbuffers reader raises when offsets point astray; it has no verifier of its own.
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
    struct.error,
)


def parse(data: bytes, where: str) -> Any:  # noqa: ANN401  the schema's ModelT has no type information
    """The `ModelT` in `data`; `where` names the file in error messages.

    Raises:
        TinyqError: the bytes are not a TFLite model, or are damaged.
    """
    if data[4:8] != IDENTIFIER:
        raise TinyqError(
            f"{where}: not a TensorFlow Lite model (bytes 4 to 7 are {data[4:8]!r}, not {IDENTIFIER!r})",
            "give a .tflite, a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder",
        )
    from ai_edge_litert import schema_py_generated as schema

    try:
        return schema.ModelT.InitFromPackedBuf(data, 0)
    except BROKEN as error:
        raise damaged(data, where, error) from error


def pack(model: Any) -> bytes:  # noqa: ANN401  as above
    """The .tflite of the `ModelT` `model`; the same bytes every time."""
    import flatbuffers

    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def damaged(data: bytes, where: str, error: Exception) -> TinyqError:
    """The error of a file whose bytes contradict each other; `error` is what reading it raised."""
    return TinyqError(
        f"{where}: the file is damaged or cut short ({len(data)} bytes, {type(error).__name__} while reading it)",
        "copy or convert the model again",
    )


def indices(vector: Any) -> list[int]:  # noqa: ANN401  as above
    """Tensor indices of an operator or subgraph; some writers leave an empty vector out."""
    return [] if vector is None else [int(index) for index in vector]


@cache
def _builtin_names() -> dict[int, str]:
    from ai_edge_litert import schema_py_generated as schema

    return {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}


def operator_name(model: Any, operation: Any) -> str:  # noqa: ANN401  as above
    """The TFLite name of an operator of `model`, such as CONV_2D; a custom operator's own name."""
    code = model.operatorCodes[operation.opcodeIndex]
    # Files from before schema v3a hold the code in the older, narrower field.
    name = _builtin_names().get(max(code.builtinCode, code.deprecatedBuiltinCode), "UNKNOWN")
    return (code.customCode or b"CUSTOM").decode(errors="replace") if name == "CUSTOM" else name


def has_custom_operator(data: bytes, where: str) -> bool:
    """Whether the .tflite `data` has operators that are not TensorFlow Lite's own.

    Raises:
        TinyqError: as for `parse`.
    """
    return any(code.customCode for code in parse(data, where).operatorCodes)
