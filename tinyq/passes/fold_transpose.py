"""A TRANSPOSE before a dense layer becomes another order of its weights: PyTorch flattens images channels first."""

from dataclasses import replace

import numpy as np

from tinyq.ir.graph import Graph, Node
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.transpose import TransposeOptions
from tinyq.passes._rewrite import node_named, with_constant, with_node


def fold_transpose(graph: Graph) -> Graph:
    """`graph` with dense layers that read what their TRANSPOSE read; one without readers is left for drop_unused.

    Sums of integers are the same in every order; a layer of several rows, or in float32, stays as it is.
    """
    for node in graph.nodes:
        if node.op == "FULLY_CONNECTED":
            graph = _folded(graph, node)
    return graph


def _folded(graph: Graph, node: Node) -> Graph:
    source = graph.tensors[graph.storage(str(node.inputs[0]))]
    transpose, weights = graph.producer(source.name), graph.tensors[str(node.inputs[WEIGHTS])]
    if transpose is None or not isinstance(transpose.options, TransposeOptions):
        return graph
    before = graph.tensors[str(transpose.inputs[0])]
    if weights.data is None or source.elements != weights.shape[1]:
        return graph
    if graph.storage(before.name) in {state.name for state in graph.states}:
        return graph  # it may be written between the two
    # places[i]: where the element lies, before it was moved, that lies at i afterwards
    places = np.arange(before.elements).reshape(before.shape).transpose(transpose.options.order).ravel()
    data = np.empty_like(weights.data)
    data[:, places] = weights.data
    graph = with_constant(graph, node.name, WEIGHTS, replace(weights, data=data))
    own = node_named(graph, node.name)
    return with_node(graph, replace(own, inputs=(before.name, *own.inputs[1:])))
