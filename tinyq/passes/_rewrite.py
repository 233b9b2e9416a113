"""How passes put other constants into a node; a constant that other nodes read as well stays as it is for them."""

from dataclasses import replace

import numpy as np

from tinyq.ir.graph import Array, Graph, Node, Tensor
from tinyq.ir.names import unique
from tinyq.ops import call_of
from tinyq.ops.accumulate import BIAS, WEIGHTS, bias_dtype


def node_named(graph: Graph, name: str) -> Node:
    """The node called `name`."""
    return next(node for node in graph.nodes if node.name == name)


def with_node(graph: Graph, node: Node) -> Graph:
    """`graph` with `node` in place of the one of the same name."""
    return graph.with_nodes(node if other.name == node.name else other for other in graph.nodes)


def with_constant(graph: Graph, node: str, index: int, constant: Tensor) -> Graph:
    """`graph` whose node of name `node` reads `constant` as input `index`, in place of a constant of the same name."""
    old = node_named(graph, node)
    if len(graph.consumers(constant.name)) == 1:
        return graph.with_tensors(constant)
    own = replace(constant, name=unique(f"{node}/{constant.name}", graph.tensors))
    inputs = (*old.inputs[:index], own.name, *old.inputs[index + 1 :])
    return with_node(graph.with_tensors(own), replace(old, inputs=inputs))


def with_weights_and_bias(graph: Graph, node: Node, weights: Array, bias: Array) -> Graph:
    """`graph` whose accumulating node `node` has these `weights`, and this `bias` [output channels]."""
    old = graph.tensors[str(node.inputs[WEIGHTS])]
    graph = with_constant(graph, node.name, WEIGHTS, replace(old, data=weights.astype(np.int8)))
    name = unique(f"{node.name}/bias_with_constants", graph.tensors)
    dtype = bias_dtype(call_of(graph, node))
    graph = graph.with_tensors(Tensor(name, bias.shape, dtype, data=bias.astype(dtype)))
    inputs = (*node_named(graph, node.name).inputs[:BIAS], name)
    return with_node(graph, replace(node, inputs=inputs))
