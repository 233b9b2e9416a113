"""A reshape moves nothing: its output becomes a view of its input, and the node disappears."""

from dataclasses import replace

from tinyq.ir.graph import Graph, Node, Tensor


def drop_reshape(graph: Graph) -> Graph:
    """`graph` without RESHAPE nodes."""
    reshapes = [node for node in graph.nodes if node.op == "RESHAPE"]
    views = [_view(graph, node) for node in reshapes]
    return graph.with_tensors(*views).with_nodes(node for node in graph.nodes if node.op != "RESHAPE")


def _view(graph: Graph, node: Node) -> Tensor:
    assert node.inputs[0] is not None
    source, output = graph.tensors[node.inputs[0]], graph.tensors[node.outputs[0]]
    if source.data is not None:
        return replace(output, data=source.data.reshape(output.shape))
    return replace(output, view_of=source.name)
