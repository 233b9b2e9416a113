"""Neighbouring nodes become one that runs row by row where that makes the arena smaller: `--optimize ram`.

Between two nodes where a single tensor is in use the graph can be cut; what lies between two cuts may be fused. Of all
ways to cut and fuse the one is taken whose largest piece needs least memory, and of those the one that fuses least.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tinyq.ir.graph import Graph, Node
from tinyq.ir.names import unique
from tinyq.kernels import Target
from tinyq.kernels.rows import members
from tinyq.memory.choice import least_peak
from tinyq.ops import call_of
from tinyq.ops.fused_rows import FusedOptions

LONGEST = 12  # nodes that become one


@dataclass(frozen=True)
class _Way:
    """How to run the nodes up to a cut.

    Attributes:
        peak: bytes that its largest piece needs.
        fused: nodes that become part of others.
        nodes: after fusing.
    """

    peak: int
    fused: int
    nodes: tuple[Node, ...]


def fuse_rows(graph: Graph, target: Target) -> Graph:
    """`graph` with FUSED_ROWS nodes, whose members run as they do best on `target`."""
    if not graph.nodes:  # a model may be nothing but views of its inputs
        return graph
    cuts = _cuts(graph)
    ways = {0: _Way(0, 0, ())}
    for place, end in enumerate(cuts[1:], start=1):
        found = []
        for start in cuts[max(0, place - LONGEST) : place]:
            before, nodes = ways[start], graph.nodes[start:end]
            for piece in _pieces(graph, nodes, is_one=start == cuts[place - 1]):
                peak = max(before.peak, _peak(graph, nodes, piece, target))
                fused = sum(len(node.options.members) for node in piece if isinstance(node.options, FusedOptions))
                found.append(_Way(peak, before.fused + fused, (*before.nodes, *piece)))
        ways[end] = min(found, key=lambda way: (way.peak, way.fused))
    return graph.with_nodes(ways[cuts[-1]].nodes)


def _cuts(graph: Graph) -> list[int]:
    """The places between nodes, and before the first and after the last, where one tensor is in use."""
    last = {name: time for time, node in enumerate(graph.nodes) for name in _read(graph, node)}
    last.update(dict.fromkeys(map(graph.storage, graph.outputs), len(graph.nodes)))
    live = {name for name in map(graph.storage, graph.inputs) if name in last}
    found = [0]
    for time, node in enumerate(graph.nodes[:-1]):
        live = {name for name in {*live, *map(graph.storage, node.outputs)} if last.get(name, -1) > time}
        if len(live) == 1:
            found.append(time + 1)
    return [*found, len(graph.nodes)]


def _read(graph: Graph, node: Node) -> list[str]:
    return [graph.storage(name) for name in node.inputs if name is not None]


def _pieces(graph: Graph, nodes: Sequence[Node], *, is_one: bool) -> list[tuple[Node, ...]]:
    """The ways to run `nodes`: as they are where no cut lies between them, and as one node where that is possible."""
    fused = fused_node(graph, nodes)
    return [*([tuple(nodes)] if is_one else []), *([] if fused is None else [(fused,)])]


def fused_node(graph: Graph, nodes: Sequence[Node]) -> Node | None:
    """A node that does what neighbouring `nodes` do, row by row; None where they can't run so."""
    calls = tuple(call_of(graph, node) for node in nodes)
    if members(calls) is None:
        return None
    made = {node.outputs[0] for node in nodes}
    inputs = [tensor.name for call in calls for tensor in call.inputs if tensor is not None and not tensor.is_constant]
    outer = tuple(dict.fromkeys(name for name in inputs if name not in made))
    if any(graph.storage(name) in made for name in outer) or made & {*map(graph.storage, graph.outputs)} - {
        nodes[-1].outputs[0]
    }:
        return None
    name = nodes[0].name if len(nodes) == 1 else f"{nodes[0].name}..{nodes[-1].name}"
    others = {node.name for node in graph.nodes} - {node.name for node in nodes}
    return Node(unique(name, others), "FUSED_ROWS", outer, nodes[-1].outputs, FusedOptions(calls))


def _peak(graph: Graph, nodes: Sequence[Node], piece: tuple[Node, ...], target: Target) -> int:
    """The bytes that a piece needs, with what it is given and what it hands on."""
    made = {name for node in nodes for name in node.outputs}
    inputs = {
        name: None
        for node in piece
        for name in _read(graph, node)
        if name not in made and not graph.tensors[name].is_constant
    }
    part = replace(graph, nodes=piece, inputs=tuple(inputs), outputs=piece[-1].outputs)
    return least_peak(part, target)
