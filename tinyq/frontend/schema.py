"""Opens a .tflite file with the schema that ai-edge-litert ships: bytes in, its object tree out."""

import struct
from typing import Any

from tinyq.errors import TinyqError

IDENTIFIER = b"TFL3"

# What the generated flatbuffers reader raises when offsets point astray; it has no verifier of its own.
_BROKEN = (struct.error, IndexError, ValueError, TypeError, AttributeError, OverflowError, MemoryError, AssertionError, KeyError)


def parse(data: bytes, where: str) -> Any:  # noqa: ANN401  the schema's ModelT has no type information
    """The `ModelT` in `data`; `where` names the file in error messages.

    Raises:
        TinyqError: the bytes are not a TFLite model, or are damaged.
    """
    if data[4:8] != IDENTIFIER:
        raise TinyqError(
            f"{where}: not a TensorFlow Lite model (bytes 4 to 7 are {data[4:8]!r}, not {IDENTIFIER!r})",
            "give a .tflite, a .keras or .h5 file, or a SavedModel folder",
        )
    from ai_edge_litert import schema_py_generated as schema

    try:
        return schema.ModelT.InitFromPackedBuf(data, 0)
    except _BROKEN as error:
        raise TinyqError(
            f"{where}: the file is damaged or cut short ({len(data)} bytes, {type(error).__name__} while reading it)",
            "copy or convert the model again",
        ) from error
