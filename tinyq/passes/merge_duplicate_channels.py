"""Of channels that are computed alike, only the first is read: it takes over the weights of the others.

Two channels are alike if their weights, biases and scales are, and what they read is. Where the sum of two weights is
no weight, both stay. drop_dead_channels takes away what nobody reads then.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tinyq.analysis.liveness import extent
from tinyq.ir.graph import Array, Graph, Node, Options, Tensor
from tinyq.ops import Call, call_of, operator
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Channels
from tinyq.passes._rewrite import node_named, with_constant

LARGEST_WEIGHT = {"int8": 127, "int4": 7}  # converters leave -128 and -8 out, and fast kernels rely on it


def merge_duplicate_channels(graph: Graph) -> Graph:
    """`graph` in which weights of duplicate channels are 0 wherever the first one could take them over."""
    firsts: dict[str, Array] = {}  # for each computed tensor, each channel's first duplicate

    def first(name: str) -> Array:
        """For each channel of `name` the first duplicate; its last axis may hold the channels several times over."""
        own, length = firsts.get(graph.storage(name), np.arange(1)), extent(graph.tensors[name])
        return own if length % len(own) == 0 else np.arange(length)

    for node in graph.nodes:
        channels = operator(node.op).channels(call_of(graph, node))
        if channels is None:
            continue
        if channels.input:
            graph = _merged(graph, node, channels.input[0].axis, first(str(node.inputs[0])))
        firsts[node.outputs[0]] = _first_of_outputs(call_of(graph, node_named(graph, node.name)), channels, first)
    return graph


def _merged(graph: Graph, node: Node, axis: int, first: Array) -> Graph:
    weights = graph.tensors[str(node.inputs[WEIGHTS])]
    assert weights.data is not None
    by_input = np.moveaxis(weights.data.astype(np.int64), axis, 0)
    columns = by_input.reshape(len(by_input) // len(first), len(first), -1)  # [pixels, channels, all that read them]
    if not _merge(columns, first, LARGEST_WEIGHT[weights.dtype]):
        return graph
    data = np.moveaxis(columns.reshape(by_input.shape), 0, axis).astype(np.int8)
    return with_constant(graph, node.name, WEIGHTS, replace(weights, data=data))


def _merge(columns: Array, first: Array, largest: int) -> bool:
    """Add the columns of duplicates to those of their first ones, in place; whether any could be added."""
    before = columns.copy()
    for duplicate in np.flatnonzero(first != np.arange(len(first))):
        total = columns[:, first[duplicate]] + columns[:, duplicate]
        if columns[:, duplicate].any() and np.abs(total).max() <= largest:
            columns[:, first[duplicate]], columns[:, duplicate] = total, 0
    if (columns == before).all():
        return False
    _merge(columns, first, largest)  # one that was added may have made room for another
    return True


def _first_of_outputs(call: Call[Options], channels: Channels, first: Callable[[str], Array]) -> Array:
    traits: list[list[object]] = [[] for _ in range(extent(call.output))]
    for along in channels.output:
        for channel, trait in enumerate(_traits(call.tensor(along.input), along.axis, first), along.first):
            traits[channel].append(trait)
    seen: dict[tuple[object, ...], int] = {}
    return np.array([seen.setdefault(tuple(alike), channel) for channel, alike in enumerate(traits)])


def _traits(tensor: Tensor, axis: int, first: Callable[[str], Array]) -> list[tuple[object, ...]]:
    """For each index along `axis` what tells it from others: a constant's numbers and scale, or the first duplicate."""
    if tensor.data is None:
        return [(tensor.name, channel) for channel in _repeated(first(tensor.name), extent(tensor))]
    numbers = [part.tobytes() for part in np.moveaxis(tensor.data, axis, 0)]
    quantization = tensor.quantization
    per_channel = quantization is not None and quantization.axis == axis % len(tensor.shape)
    scales = quantization.scales if quantization is not None and per_channel else (0.0,) * len(numbers)
    return list(zip(numbers, scales, strict=True))


def _repeated(first: Array, length: int) -> Array:
    """`first` for an axis of `length` that holds all channels several times over, pixel by pixel."""
    repeated: Array = np.arange(length) // len(first) * len(first) + np.resize(first, length)
    return repeated
