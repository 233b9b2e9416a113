"""The specification of a legal graph; it runs after import and after every pass."""

from collections.abc import Iterator

import numpy as np

from tinyq.ir.graph import Array, Graph, Tensor
from tinyq.numerics.int4 import HIGHEST, LOWEST


class IllegalGraph(Exception):  # noqa: N818  it is what the graph is; a bug in tinyq, never a user's error
    """A pass or the importer made a graph that breaks the rules."""


def verify(graph: Graph) -> None:
    """Check that `graph` is legal.

    Raises:
        IllegalGraph: with every rule that is broken.
    """
    if broken := [*_tensors(graph), *_names(graph), *_order(graph)]:
        raise IllegalGraph(f"graph {graph.name}:\n" + "\n".join(f"  {line}" for line in broken))


def _tensors(graph: Graph) -> Iterator[str]:
    for name, tensor in graph.tensors.items():
        if tensor.name != name:
            yield f"tensor {name} calls itself {tensor.name}"
        if any(extent < 1 for extent in tensor.shape):
            yield f"tensor {name} has an empty shape {tensor.shape}"
        held = "int8" if tensor.dtype == "int4" else tensor.dtype
        if tensor.data is not None and (tensor.data.shape, tensor.data.dtype.name) != (tensor.shape, held):
            yield f"tensor {name} is {tensor.dtype}{tensor.shape}, its data {tensor.data.dtype}{tensor.data.shape}"
        if tensor.dtype == "int4" and not _is_int4(tensor.data):
            yield f"tensor {name} is int4, but no constant of numbers from {LOWEST} to {HIGHEST}"
        if tensor.initial is not None and (tensor.initial.shape, tensor.initial.dtype.name) != (
            tensor.shape,
            tensor.dtype,
        ):
            yield f"state {name} is {tensor.dtype}{tensor.shape}, not {tensor.initial.dtype}{tensor.initial.shape}"
        if tensor.is_state and (tensor.is_constant or tensor.view_of is not None):
            yield f"state {name} is a constant or a view as well"
        yield from _quantization(tensor)
        if tensor.view_of is not None:
            yield from _view(graph, tensor)


def _is_int4(data: Array | None) -> bool:
    return data is not None and bool(data.min() >= LOWEST and data.max() <= HIGHEST)


def _quantization(tensor: Tensor) -> Iterator[str]:
    quantization = tensor.quantization
    if quantization is None:
        return
    expected = 1 if quantization.axis is None else tensor.shape[quantization.axis]
    if len(quantization.scales) != expected or len(quantization.zero_points) != expected:
        yield f"tensor {tensor.name} needs {expected} scales and zero points"
    if any(not scale > 0 for scale in quantization.scales):
        yield f"tensor {tensor.name} has a scale that is not positive"
    outside = [point for point in quantization.zero_points if not _holds(tensor.dtype, point)]
    if outside:
        yield f"tensor {tensor.name} is {tensor.dtype}, its zero point {outside[0]}"


def _holds(dtype: str, number: int) -> bool:
    if dtype not in ("int8", "uint8", "int16", "int32"):
        return True  # such tensors have no zero point that anything reads
    limits = np.iinfo(dtype)
    return bool(limits.min <= number <= limits.max)


def _view(graph: Graph, tensor: Tensor) -> Iterator[str]:
    base = graph.tensors.get(tensor.view_of or "")
    if base is None:
        yield f"tensor {tensor.name} is a view of {tensor.view_of}, which is not there"
    elif base.bytes != tensor.bytes:
        yield f"tensor {tensor.name} has {tensor.bytes} bytes, {base.name} that it is a view of {base.bytes}"


def _names(graph: Graph) -> Iterator[str]:
    used = {name for node in graph.nodes for name in (*node.inputs, *node.outputs) if name is not None}
    for name in sorted((used | {*graph.inputs, *graph.outputs}) - graph.tensors.keys()):
        yield f"tensor {name} is used but not there"
    names = [node.name for node in graph.nodes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two nodes are called {name}"


def _order(graph: Graph) -> Iterator[str]:
    given = {name for name, tensor in graph.tensors.items() if tensor.is_constant or tensor.is_state}
    written = set(graph.inputs) | given

    def is_written(name: str) -> bool:
        return name in written or (name in graph.tensors and graph.storage(name) in written)

    for node in graph.nodes:
        yield from (
            f"node {node.name} reads {name} before it is written"
            for name in node.inputs
            if name is not None and not is_written(name)
        )
        for name in node.outputs:
            if name in written:
                yield f"node {node.name} writes {name}, which already has a value"
            written.add(name)
    yield from (f"output {name} is never written" for name in graph.outputs if not is_written(name))
