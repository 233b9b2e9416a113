"""A READ_VARIABLE whose value is used up before its state is written needs no copy: the value becomes a view."""

from dataclasses import replace

from tinyq.ir.graph import Graph, Node


def read_in_place(graph: Graph) -> Graph:
    """`graph` with views of states where no write comes between a read and its last use."""
    reads = [node for node in graph.nodes if node.op == "READ_VARIABLE" and _is_early(graph, node)]
    views = [replace(graph.tensors[node.outputs[0]], view_of=node.inputs[0]) for node in reads]
    return graph.with_tensors(*views).with_nodes(node for node in graph.nodes if node not in reads)


def _is_early(graph: Graph, read: Node) -> bool:
    """Whether every use of the value that `read` gives, in any shape, comes before the state's next write."""
    state, value = read.inputs[0], read.outputs[0]
    assert state is not None
    after = graph.nodes[graph.nodes.index(read) + 1 :]
    writes = [number for number, node in enumerate(after) if graph.storage(node.outputs[0]) == state]
    uses = [
        number
        for number, node in enumerate(after)
        if any(name is not None and graph.storage(name) == value for name in node.inputs)
    ]
    if any(graph.storage(name) == value for name in graph.outputs):
        return not writes
    return not writes or not uses or uses[-1] < writes[0]
