"""Channels that no output depends on disappear: tensors, weights and biases become smaller.

Tensors that an operator takes channel by channel, as ADD its operands and a depthwise convolution its image, keep the
same channels: all those that any of them needs. Inputs and outputs of the graph keep their shapes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import compress

import numpy as np

from tinyq.analysis.liveness import is_computed, live_channels, of_storage, of_view
from tinyq.ir.graph import Array, Graph, Node, Quantization, Tensor
from tinyq.ops import call_of, operator
from tinyq.passes._rewrite import with_constant

# for each tensor that owns its bytes: bool [channels]
Kept = Mapping[str, Array]


def drop_dead_channels(graph: Graph) -> Graph:
    """`graph` with only those channels that are read; of a tensor nobody reads, one stays."""
    kept = _kept(graph)
    if all(channels.all() for channels in kept.values()):
        return graph
    smaller = graph
    for node in graph.nodes:
        smaller = _with_smaller_constants(smaller, node, kept)
    return smaller.with_tensors(*_smaller_tensors(graph, kept))


def _kept(graph: Graph) -> Kept:
    kept = {name: channels.copy() for name, channels in live_channels(graph).items()}
    for name in (*graph.inputs, *_uncuttable(graph)):
        kept[name][:] = True
    for channels in kept.values():
        channels[0] |= not channels.any()
    ties = list(_ties(graph))
    while True:
        before = {name: channels.copy() for name, channels in kept.items()}
        for tied in ties:
            together = np.any([of_view(graph, name, kept[graph.storage(name)]) for name in tied], axis=0)
            for name in tied:
                kept[graph.storage(name)] |= of_storage(graph, name, together)
        if all((before[name] == channels).all() for name, channels in kept.items()):
            return kept


def _uncuttable(graph: Graph) -> Iterator[str]:
    """The tensors whose operators can't compute only some of their channels."""
    for node in graph.nodes:
        if operator(node.op).channels(call_of(graph, node)) is None:
            yield from node.outputs


def _ties(graph: Graph) -> Iterator[tuple[str, ...]]:
    """Tensors that must keep the same channels; a view alone, which must be able to keep those of its storage."""
    for node in graph.nodes:
        channels = operator(node.op).channels(call_of(graph, node))
        if channels is not None:
            inputs = (str(node.inputs[along.input]) for along in channels.output)
            yield (node.outputs[0], *(name for name in inputs if is_computed(graph, name)))
    yield from ((name,) for name, tensor in graph.tensors.items() if tensor.view_of and is_computed(graph, name))


def _with_smaller_constants(graph: Graph, node: Node, kept: Kept) -> Graph:
    """`graph` whose `node` has the constants of the channels that are kept; its other tensors are as they were."""
    call = call_of(graph, node)
    channels = operator(node.op).channels(call)
    if channels is None:
        return graph
    cuts = [(along, kept[call.output.name]) for along in channels.output]
    cuts += [(along, of_view(graph, call.input.name, kept[graph.storage(call.input.name)])) for along in channels.input]
    for along, keep in cuts:
        now = next(other for other in graph.nodes if other.name == node.name)
        tensor = graph.tensors[str(now.inputs[along.input])]
        if not is_computed(graph, tensor.name) and not keep.all():
            graph = with_constant(graph, node.name, along.input, _cut(tensor, along.axis % len(tensor.shape), keep))
    return graph


def _smaller_tensors(graph: Graph, kept: Kept) -> Iterator[Tensor]:
    for name, tensor in graph.tensors.items():
        if is_computed(graph, name) and tensor.shape:
            yield _cut(tensor, len(tensor.shape) - 1, of_view(graph, name, kept[graph.storage(name)]))


def _cut(tensor: Tensor, axis: int, keep: Array) -> Tensor:
    """`tensor` without the indices along `axis` that are not in `keep`, a pattern that repeats along the axis."""
    keep = np.resize(keep, tensor.shape[axis])
    shape = (*tensor.shape[:axis], int(keep.sum()), *tensor.shape[axis + 1 :])
    data = None if tensor.data is None else np.compress(keep, tensor.data, axis)
    quantization = tensor.quantization
    if quantization is not None and quantization.axis == axis:
        scales, zero_points = compress(quantization.scales, keep), compress(quantization.zero_points, keep)
        quantization = Quantization(tuple(scales), tuple(zero_points), axis)
    return replace(tensor, shape=shape, data=data, quantization=quantization)
