"""A node that answers the same whatever the model's inputs are disappears; its answer becomes a constant.

Only where all its readers disappear too, or take a constant there, as ADD does; and never an output of the graph.
"""

from collections.abc import Collection
from dataclasses import replace

from tinyq.analysis.intervals import intervals
from tinyq.ir.graph import Graph, Node, Tensor
from tinyq.ops import call_of, operator


def fold_proven_constants(graph: Graph) -> Graph:
    """`graph` without the nodes whose output is known element by element."""
    known = intervals(graph)
    outputs = {graph.storage(name) for name in graph.outputs}
    constant: dict[str, Tensor] = {}
    folded: set[str] = set()
    for node in reversed(graph.nodes):
        # None where the output is a view of a state: the next inference reads it.
        shared = [name for name in graph.tensors if graph.storage(name) in node.outputs]
        if not shared or outputs.intersection(node.outputs) or not all(known[name].is_constant for name in shared):
            continue
        values = {name: replace(graph.tensors[name], data=known[name].low, view_of=None) for name in shared}
        readers = [reader for name in shared for reader in graph.consumers(name) if reader.name not in folded]
        together = graph.with_tensors(*(constant | values).values())
        if all(_takes(together, reader, constant | values) for reader in readers):
            constant |= values
            folded.add(node.name)
    if not folded:
        return graph
    return graph.with_tensors(*constant.values()).with_nodes(node for node in graph.nodes if node.name not in folded)


def _takes(graph: Graph, reader: Node, constants: Collection[str]) -> bool:
    """Whether `reader` can read those of `constants` that it names from flash, and is left with an input to compute."""
    call = call_of(graph, reader)
    pointers = operator(reader.op).pointers(call)
    present = [tensor for tensor in call.inputs if tensor is not None]
    named = [tensor for tensor in present if tensor.name in constants]
    return all(tensor in pointers for tensor in named) and not all(tensor.is_constant for tensor in present)
