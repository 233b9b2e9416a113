"""Puts a .tflite's inputs and outputs into the order of the Keras model; the converter sorts them as it likes."""

from collections.abc import Sequence
from typing import Any

from tinyq.frontend.schema import parse


def restore_order(data: bytes, inputs: Sequence[str]) -> bytes:
    """The .tflite `data` with its inputs in the order of the signature names `inputs`, its outputs by number.

    The indices are exchanged in place: writing the file anew would move every buffer.
    """
    model = parse(data, "the converted model")
    signature = model.signatureDefs[0]
    by_name = {entry.name.decode(): entry.tensorIndex for entry in signature.inputs}
    by_number = sorted(signature.outputs, key=lambda entry: _number(entry.name))
    patched = bytearray(data)
    graph = _graph(patched)
    graph.InputsAsNumpy()[:] = [by_name[name] for name in inputs]
    graph.OutputsAsNumpy()[:] = [entry.tensorIndex for entry in by_number]
    return bytes(patched)


def _graph(data: bytearray) -> Any:  # noqa: ANN401  the schema has no type information
    from ai_edge_litert import schema_py_generated as schema

    return schema.Model.GetRootAs(data, 0).Subgraphs(0)


def _number(output_name: bytes) -> int:
    """TensorFlow names the outputs of a list output_0, output_1, ..."""
    return int(output_name.rpartition(b"_")[2])
