"""Nodes that would copy bytes as they are: their outputs become views of their inputs, and they disappear."""

from dataclasses import replace

from tinyq.ir.graph import Graph, Tensor
from tinyq.ops import call_of, operator


def drop_views(graph: Graph) -> Graph:
    """`graph` without reshapes, and without transpositions, slices and the like that move nothing."""
    views: dict[str, Tensor] = {}
    for node in graph.nodes:
        source = operator(node.op).view_of(call_of(graph, node))
        if source is not None:
            views[node.name] = replace(graph.tensors[node.outputs[0]], view_of=source.name)
    return graph.with_tensors(*views.values()).with_nodes(node for node in graph.nodes if node.name not in views)
