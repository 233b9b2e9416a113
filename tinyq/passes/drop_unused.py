"""Nodes whose results nobody reads disappear, and the tensors that nobody names."""

from collections.abc import Iterator
from dataclasses import replace

from tinyq.ir.graph import Graph


def drop_unused(graph: Graph) -> Graph:
    """`graph` with only what leads to its outputs and to the values that its states get."""
    needed = {graph.storage(name) for name in graph.outputs}
    needed |= {name for name in graph.tensors if graph.tensors[graph.storage(name)].is_state}
    nodes = []
    for node in reversed(graph.nodes):
        if needed.intersection(node.outputs):
            nodes.append(node)
            needed.update(graph.storage(name) for name in node.inputs if name is not None)
    smaller = graph.with_nodes(reversed(nodes))
    named = set(_named(smaller))
    return replace(smaller, tensors={name: tensor for name, tensor in graph.tensors.items() if name in named})


def _named(graph: Graph) -> Iterator[str]:
    """Every tensor that the graph names, and those that its views are made of."""
    used = (name for node in graph.nodes for name in (*node.inputs, *node.outputs))
    for name in (*graph.inputs, *graph.outputs, *used):
        base = name
        while base is not None:
            yield base
            base = graph.tensors[base].view_of
