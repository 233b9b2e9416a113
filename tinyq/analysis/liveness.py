"""Backward liveness: which channels of each tensor can reach an output of the graph.

A channel is an index along the last axis. Source: Aho, Lam, Sethi, Ullman, Compilers, 2nd edition, 9.2.5, with
channels for variables.
"""

from collections.abc import Mapping

import numpy as np

from tinyq.ir.graph import Array, Graph, Node, Tensor
from tinyq.ops import call_of, operator


def live_channels(graph: Graph) -> Mapping[str, Array]:
    """For each tensor that owns its bytes and is computed, or a graph input: bool [channels], whether one is read."""
    live = {
        name: np.zeros(extent(tensor), bool)
        for name, tensor in graph.tensors.items()
        if tensor.view_of is None and is_computed(graph, name)
    }

    def read(name: str, channels: Array) -> None:
        live[graph.storage(name)] |= of_storage(graph, name, channels)

    for name in graph.outputs:
        if is_computed(graph, name):
            read(name, np.ones(extent(graph.tensors[name]), bool))
    for state in graph.states:  # the next inference reads them
        read(state.name, np.ones(extent(state), bool))
    for node in reversed(graph.nodes):
        written = of_view(graph, node.outputs[0], live[graph.storage(node.outputs[0])])
        for index, source in enumerate(node.inputs):
            if source is not None and is_computed(graph, source):
                read(source, _read_by(graph, node, index, written))
    return live


def is_computed(graph: Graph, name: str) -> bool:
    """Whether tensor `name` gets its value at run time."""
    return not graph.tensors[graph.storage(name)].is_constant


def extent(tensor: Tensor, axis: int = -1) -> int:
    """How many indices an axis has, the last if none is named; 1 for a scalar."""
    return tensor.shape[axis] if tensor.shape else 1


def of_storage(graph: Graph, name: str, channels: Array) -> Array:
    """The channels of the tensor that `name` is a view of that have an element in `channels` of `name`."""
    tensor, storage = graph.tensors[name], graph.tensors[graph.storage(name)]
    elements = np.broadcast_to(channels, tensor.shape or (1,))
    return _any(elements, extent(storage))


def of_view(graph: Graph, name: str, channels: Array) -> Array:
    """The channels of the view `name` that have an element in `channels` of the tensor it is a view of."""
    tensor, storage = graph.tensors[name], graph.tensors[graph.storage(name)]
    elements = np.broadcast_to(channels, storage.shape or (1,))
    return _any(elements, extent(tensor))


def _any(elements: Array, channels: int) -> Array:
    """Bool [channels]: which indices along the last axis hold something that is not 0."""
    return np.asarray(elements.reshape(-1, channels).any(axis=0))


def _read_by(graph: Graph, node: Node, index: int, live: Array) -> Array:
    """Bool [channels of input `index`]: which of them `node` reads where `live` channels of its output are read."""
    everything = np.ones(extent(graph.tensors[str(node.inputs[index])]), bool)
    channels = operator(node.op).channels(call_of(graph, node))
    if channels is None:
        return everything
    own = [live[along.first :][: len(everything)] for along in channels.output if along.input == index]
    if own:
        return own[0]
    if index != 0 or not channels.input:
        return everything & live.any()
    (mixing,) = channels.input
    weights = graph.tensors[str(node.inputs[mixing.input])].data
    assert weights is not None
    rows = next(along.axis for along in channels.output if along.input == mixing.input)
    by_input = np.moveaxis(weights, (rows, mixing.axis), (0, -1))[live]
    return _any(by_input, len(everything))
