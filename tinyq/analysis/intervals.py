"""Interval propagation: between which integers each element of each tensor lies, from the graph's inputs on.

Inputs and states may be anything that their types hold. Every pixel has its own interval, so that what a convolution
sees at the border is known as exactly as elsewhere. Source: Cousot and Cousot, Abstract interpretation, POPL 1977.
"""

from collections.abc import Mapping

from tinyq.ir.graph import Graph
from tinyq.numerics.interval import Interval
from tinyq.ops import call_of, operator


def intervals(graph: Graph) -> Mapping[str, Interval]:
    """The interval of every tensor that is computed, of the graph's inputs and of views of either."""
    known: dict[str, Interval] = {}

    def look_up(name: str) -> Interval:
        if name not in known:
            known[name] = known[graph.storage(name)].reshaped(*graph.tensors[name].shape)
        return known[name]

    for name in (*graph.inputs, *(state.name for state in graph.states)):
        known[name] = Interval.full(graph.tensors[name].shape, graph.tensors[name].dtype)
    for node in graph.nodes:
        computed = [name for name in node.inputs if name is not None and not graph.tensors[name].is_constant]
        found = operator(node.op).interval(call_of(graph, node), [look_up(name) for name in computed])
        for name, interval in zip(node.outputs, found, strict=True):
            tensor = graph.tensors[name]
            # A float32 may be no number, which is between no two.
            is_real = tensor.dtype == "float32"
            known[name] = Interval.full(tensor.shape, tensor.dtype) if is_real else interval
    return {name: look_up(name) for name, tensor in graph.tensors.items() if not tensor.is_constant}
