"""When each piece of the arena is in use, and how large it is.

Time is counted in nodes: -1 is before the first (the application writes the inputs), `len(nodes)` after the last
(it reads the outputs).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tinyq.ir.graph import Graph, Node
from tinyq.kernels import PORTABLE, Selection
from tinyq.ops import call_of

ALIGNMENT = 4  # bytes; a word of the core, and of float32


@dataclass(frozen=True)
class Block:
    """A piece of the arena.

    Attributes:
        name: of the tensor whose storage it is, or of a node's scratch.
        bytes: a multiple of ALIGNMENT.
        first: the time of the first write.
        last: the time of the last read.
        members: tensors that take this place one after the other, each written over its predecessor.
    """

    name: str
    bytes: int
    first: int
    last: int
    members: tuple[str, ...]

    def is_live_with(self, other: "Block") -> bool:
        """Whether both are in use at some time."""
        return self.first <= other.last and other.first <= self.last


def scratch_name(node: Node) -> str:
    """The block name of a node's scratch."""
    return f"{node.name}.scratch"


def blocks(graph: Graph, selection: Selection = PORTABLE) -> tuple[Block, ...]:
    """All blocks of `graph`; a node's output takes over an input's block where its implementation allows it."""
    separate = _tensor_blocks(graph)
    return (*_in_place(graph, selection, separate).values(), *_scratch_blocks(graph, selection))


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _tensor_blocks(graph: Graph) -> dict[str, Block]:
    times: dict[str, list[int]] = {}

    def use(name: str | None, time: int) -> None:
        if name is not None and not graph.tensors[graph.storage(name)].is_constant:
            times.setdefault(graph.storage(name), []).append(time)

    for given in graph.inputs:
        use(given, -1)
    for time, node in enumerate(graph.nodes):
        for named in (*node.inputs, *node.outputs):
            use(named, time)
    for result in graph.outputs:
        use(result, len(graph.nodes))
    for state in graph.states:  # from one inference to the next
        use(state.name, -1)
        use(state.name, len(graph.nodes))
    return {
        name: Block(name, _aligned(graph.tensors[name].bytes), min(used), max(used), (name,))
        for name, used in times.items()
    }


def _scratch_blocks(graph: Graph, selection: Selection) -> list[Block]:
    sizes = [selection.of(node).scratch_bytes(call_of(graph, node)) for node in graph.nodes]
    return [
        Block(scratch_name(node), _aligned(size), time, time, (scratch_name(node),))
        for time, (node, size) in enumerate(zip(graph.nodes, sizes, strict=True))
        if size
    ]


def _in_place(graph: Graph, selection: Selection, separate: Mapping[str, Block]) -> dict[str, Block]:
    merged = dict(separate)
    owner = {name: name for name in separate}
    for time, node in enumerate(graph.nodes):
        output = graph.storage(node.outputs[0])
        for overlap in selection.of(node).overlaps(call_of(graph, node)):
            source = owner[graph.storage(overlap.tensor.name)]
            if overlap.lead >= 0 and merged[source].last == time and merged[source].bytes == merged[output].bytes:
                taken = merged.pop(output)
                merged[source] = replace(
                    merged[source], last=taken.last, members=(*merged[source].members, *taken.members)
                )
                owner[output] = source
                break
    return merged
