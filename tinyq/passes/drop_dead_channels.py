"""Channels that no output depends on disappear: tensors, weights and biases become smaller.

Tensors that an operator takes channel by channel, as ADD its operands and a depthwise convolution its image, keep the
same channels: all those that any of them needs. Inputs and outputs of the graph keep their shapes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import compress

import numpy as np

from tinyq.analysis.liveness import extent, is_computed, live_channels, of_storage, of_view
from tinyq.ir.graph import Array, Graph, Node, Quantization, Tensor
from tinyq.ops import call_of, operator
from tinyq.ops.base import Along
from tinyq.passes._rewrite import node_named, with_constant

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
    views = [name for name, tensor in graph.tensors.items() if tensor.view_of and is_computed(graph, name)]
    ties = list(_ties(graph))
    while True:
        before = sum(channels.sum() for channels in kept.values())
        for name in views:  # a channel that a view can't leave out stays
            storage = kept[graph.storage(name)]
            storage |= of_storage(graph, name, of_view(graph, name, storage))
        for output, along, tensor in ties:
            _keep_alike(graph, kept[output][along.first :][: extent(tensor, along.axis)], kept, tensor)
        if sum(channels.sum() for channels in kept.values()) == before:
            return kept


def _keep_alike(graph: Graph, own: Array, kept: Kept, tensor: Tensor) -> None:
    """Let `tensor` and the `own` channels that an output has from it be alike: what either needs, and one at least."""
    if not is_computed(graph, tensor.name):
        own[0] |= not own.any()
        return
    storage = kept[graph.storage(tensor.name)]
    own |= of_view(graph, tensor.name, storage)
    storage |= of_storage(graph, tensor.name, own)


def _uncuttable(graph: Graph) -> Iterator[str]:
    """The tensors whose operators can't compute only some of their channels."""
    for node in graph.nodes:
        if operator(node.op).channels(call_of(graph, node)) is None:
            yield from map(graph.storage, node.outputs)


def _ties(graph: Graph) -> Iterator[tuple[str, Along, Tensor]]:
    """Each node output with each input that must keep the same channels."""
    for node in graph.nodes:
        channels = operator(node.op).channels(call_of(graph, node))
        for along in channels.output if channels is not None else ():
            yield node.outputs[0], along, graph.tensors[str(node.inputs[along.input])]


def _with_smaller_constants(graph: Graph, node: Node, kept: Kept) -> Graph:
    """`graph` whose `node` has the constants of the channels that are kept; its other tensors are as they were."""
    call = call_of(graph, node)
    channels = operator(node.op).channels(call)
    if channels is None:
        return graph
    cuts = [(along, kept[call.output.name][along.first :]) for along in channels.output]
    if is_computed(graph, call.input.name):
        own = of_view(graph, call.input.name, kept[graph.storage(call.input.name)])
        cuts += [(along, own) for along in channels.input]
    for along, pattern in cuts:
        tensor = graph.tensors[str(node_named(graph, node.name).inputs[along.input])]
        keep = np.resize(pattern, extent(tensor, along.axis))  # an axis may hold the channels several times over
        if not is_computed(graph, tensor.name) and not keep.all():
            graph = with_constant(graph, node.name, along.input, _cut(tensor, along.axis % len(tensor.shape), keep))
    return graph


def _smaller_tensors(graph: Graph, kept: Kept) -> Iterator[Tensor]:
    for name, tensor in graph.tensors.items():
        if is_computed(graph, name) and tensor.shape:
            yield _cut(tensor, len(tensor.shape) - 1, of_view(graph, name, kept[graph.storage(name)]))


def _cut(tensor: Tensor, axis: int, keep: Array) -> Tensor:
    """`tensor` without the indices along `axis` that are not in `keep`."""
    shape = (*tensor.shape[:axis], int(keep.sum()), *tensor.shape[axis + 1 :])
    data = None if tensor.data is None else np.compress(keep, tensor.data, axis)
    quantization = tensor.quantization
    if quantization is not None and quantization.axis == axis:
        scales, zero_points = compress(quantization.scales, keep), compress(quantization.zero_points, keep)
        quantization = Quantization(tuple(scales), tuple(zero_points), axis)
    return replace(tensor, shape=shape, data=data, quantization=quantization)
