"""When each piece of the arena is in use, how large it is, and what it may lie over.

Time is counted in nodes: -1 is before the first (the application writes the inputs), `len(nodes)` after the last
(it reads the outputs).
"""

from dataclasses import dataclass

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
        over: names of blocks that this one may lie over although both are in use, each with its lead: at any offset up
            to `offset of the other + lead`, as tinyq.kernels.Overlap says; multiples of ALIGNMENT.
    """

    name: str
    bytes: int
    first: int
    last: int
    over: tuple[tuple[str, int], ...] = ()

    def is_live_with(self, other: "Block") -> bool:
        """Whether both are in use at some time."""
        return self.first <= other.last and other.first <= self.last


def scratch_name(node: Node) -> str:
    """The block name of a node's scratch."""
    return f"{node.name}.scratch"


def blocks(graph: Graph, selection: Selection = PORTABLE) -> tuple[Block, ...]:
    """All blocks of `graph`; an output may lie over an input that dies there, as the node's implementation allows."""
    return (*_tensor_blocks(graph, selection), *_scratch_blocks(graph, selection))


def aligned(size: int) -> int:
    """`size` bytes rounded up to whole words."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def leads(graph: Graph, node: Node, selection: Selection) -> dict[str, int]:
    """For each input that the output of `node` may lie over, by the name of its storage, the lead in bytes.

    An input may come in several times, also under another shape: then each has to allow it.
    """
    if len(node.outputs) > 1:
        return {}
    allowed = {overlap.tensor.name: overlap.lead for overlap in selection.of(node).overlaps(call_of(graph, node))}
    by_storage: dict[str, list[str]] = {}
    for name in node.inputs:
        if name is not None:
            by_storage.setdefault(graph.storage(name), []).append(name)
    return {
        storage: min(allowed[name] for name in names) // ALIGNMENT * ALIGNMENT
        for storage, names in by_storage.items()
        if all(name in allowed for name in names)
    }


def _tensor_blocks(graph: Graph, selection: Selection) -> list[Block]:
    times: dict[str, list[int]] = {}
    over: dict[str, dict[str, int]] = {}

    def use(name: str | None, time: int) -> None:
        if name is not None and not graph.tensors[graph.storage(name)].is_constant:
            times.setdefault(graph.storage(name), []).append(time)

    for given in graph.inputs:
        use(given, -1)
    for time, node in enumerate(graph.nodes):
        for named in (*node.inputs, *node.outputs):
            use(named, time)
        over[node.outputs[0]] = leads(graph, node, selection)
    for result in graph.outputs:
        use(result, len(graph.nodes))
    for state in graph.states:  # from one inference to the next
        use(state.name, -1)
        use(state.name, len(graph.nodes))
    return [
        Block(
            name,
            aligned(graph.tensors[name].bytes),
            min(used),
            max(used),
            # What lives on must not be written over.
            tuple((other, lead) for other, lead in over.get(name, {}).items() if max(times[other]) == min(used)),
        )
        for name, used in times.items()
    ]


def _scratch_blocks(graph: Graph, selection: Selection) -> list[Block]:
    sizes = [selection.of(node).scratch_bytes(call_of(graph, node)) for node in graph.nodes]
    return [
        Block(scratch_name(node), aligned(size), time, time)
        for time, (node, size) in enumerate(zip(graph.nodes, sizes, strict=True))
        if size
    ]
