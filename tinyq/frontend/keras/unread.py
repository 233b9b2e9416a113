"""Makes TensorFlow's quantizer deterministic where a layer has an output that nobody reads.

By itself it is not: of 100 runs over one calibrated model, some 16 leave a SPLIT with an unread output in float, on one
processor and without address randomization as well. The first step of an unrolled LSTM has such an output: the forget
gate's, whose state is zero. With every output read, as one of the model's, 150 of 150 runs gave the same bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

from tinyq.frontend.schema import indices, pack, parse

Quantizer = Callable[..., bytes]


@contextmanager
def every_output_is_read() -> Iterator[None]:
    """Within it, TensorFlow's converter quantizes models all of whose outputs are read."""
    lite = import_module("tensorflow.lite.python.lite")
    with patch.object(lite, "_mlir_quantize", quantized_with_unread_outputs(lite._mlir_quantize)):
        yield


def quantized_with_unread_outputs(quantize: Quantizer) -> Quantizer:
    """`quantize`, which takes a .tflite and options, but with unread outputs read while it is at work."""

    def wrapped(data: bytes, *arguments: object, **options: object) -> bytes:
        read, count = read_all(data)
        return without_last_outputs(quantize(read, *arguments, **options), count)

    return wrapped


def read_all(data: bytes) -> tuple[bytes, int]:
    """The .tflite `data` with its unread tensors as further outputs, and how many these are."""
    model = parse(data, "the calibrated model")
    unread = _unread(model.subgraphs[0])
    _set_outputs(model, [*model.subgraphs[0].outputs, *unread])
    return (pack(model) if unread else data), len(unread)


def without_last_outputs(data: bytes, count: int) -> bytes:
    """The .tflite `data` without its last `count` outputs."""
    if count == 0:
        return data
    model = parse(data, "the quantized model")
    _set_outputs(model, model.subgraphs[0].outputs[:-count])
    return pack(model)


def _unread(graph: Any) -> list[int]:  # noqa: ANN401  the schema has no type information
    """Outputs that nobody reads, of operators with several; a model that is made of one graph has no others."""
    read = {index for operation in graph.operators for index in indices(operation.inputs)} | set(indices(graph.outputs))
    written = [indices(operation.outputs) for operation in graph.operators]
    return [index for outputs in written if len(outputs) > 1 for index in outputs if index not in read]


def _set_outputs(model: Any, outputs: Sequence[int]) -> None:  # noqa: ANN401  as above
    """Make `outputs` those of the first graph, and drop or add entries of its signature, which names them all."""
    from ai_edge_litert import schema_py_generated as schema

    model.subgraphs[0].outputs = [int(index) for index in outputs]
    for signature in model.signatureDefs or ():
        kept = [entry for entry in signature.outputs if entry.tensorIndex in model.subgraphs[0].outputs]
        named = {entry.tensorIndex for entry in kept}
        for number, index in enumerate(index for index in model.subgraphs[0].outputs if index not in named):
            entry = schema.TensorMapT()
            entry.name, entry.tensorIndex = f"unread_{number}".encode(), index
            kept.append(entry)
        signature.outputs = kept
