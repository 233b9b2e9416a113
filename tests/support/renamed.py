"""A .tflite file with other tensor names: duplicates and names that are no UTF-8 are possible as well."""

from collections.abc import Sequence

import flatbuffers
from ai_edge_litert import schema_py_generated as schema


def renamed(tflite: bytes, names: Sequence[bytes]) -> bytes:
    """`tflite` whose tensors are called `names`, over and over, in the order of the file."""
    model = schema.ModelT.InitFromPackedBuf(tflite, 0)
    for number, tensor in enumerate(model.subgraphs[0].tensors):
        tensor.name = names[number % len(names)]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
