"""An independent check of a memory plan: every byte of the arena remembers whose it is.

It knows nothing of lifetimes or blocks: it walks through the graph as the firmware does, and complains when a node
reads a byte that somebody else has written since. Where an output lies over an input of its own node, it holds the
place against what the node's implementation promises.
"""

from collections.abc import Mapping

import numpy as np

from tinyq.ir.graph import Graph
from tinyq.kernels import PORTABLE, Selection
from tinyq.ops import call_of


def check_arena(graph: Graph, offsets: Mapping[str, int], arena_bytes: int, selection: Selection = PORTABLE) -> None:
    """Raise AssertionError where a plan lets one tensor destroy another that is still needed."""
    owner = np.full(arena_bytes, -1)
    number = {name: index for index, name in enumerate(graph.tensors)}

    def span(name: str, size: int) -> slice:
        start = offsets[name]
        assert start % 4 == 0, f"{name} at {start} is not aligned"
        assert start + size <= arena_bytes, f"{name} reaches beyond the arena"
        return slice(start, start + size)

    def write(name: str) -> None:
        base = graph.storage(name)
        owner[span(base, graph.tensors[base].bytes)] = number[base]

    def read(name: str, reader: str) -> None:
        base = graph.storage(name)
        if not graph.tensors[base].is_constant:
            whose = owner[span(base, graph.tensors[base].bytes)]
            assert (whose == number[base]).all(), f"{reader} reads {name}, which was overwritten"

    for name in (*graph.inputs, *(state.name for state in graph.states)):
        write(name)
    for node in graph.nodes:
        call = call_of(graph, node)
        inputs = [name for name in node.inputs if name is not None]
        for name in inputs:
            read(name, node.name)
        scratch = selection.of(node).scratch_bytes(call)
        if scratch:
            owner[span(f"{node.name}.scratch", scratch)] = -2
        for name in inputs:
            read(name, f"{node.name}, beside its scratch,")
        for name in node.outputs:
            write(name)
        promised = {overlap.tensor.name: overlap.lead for overlap in selection.of(node).overlaps(call)}
        start = offsets[graph.storage(node.outputs[0])]
        for name in inputs:
            is_promised = len(node.outputs) == 1 and name in promised
            if not is_promised or start > offsets[graph.storage(name)] + promised[name]:
                read(name, f"{node.name}, beside its outputs,")
        for name in node.outputs:
            read(name, f"{node.name}, beside its other outputs,")
        if scratch:
            place = owner[span(f"{node.name}.scratch", scratch)]
            assert (place == -2).all(), f"{node.name} writes its output over its scratch"
    for name in graph.outputs:
        read(name, "the application")
    for state in graph.states:
        read(state.name, "the next inference")
