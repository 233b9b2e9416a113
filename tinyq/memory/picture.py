"""The arena for people: who lies where and when, and which layer needs most of it."""

from dataclasses import dataclass
from typing import Literal

from tinyq.ir.graph import Graph, Node
from tinyq.memory.lifetimes import scratch_name
from tinyq.memory.planner import Plan

# What a piece of the arena is to the layer that runs: read, written, written over what is read, scratch; or it is left
# alone, since a later layer reads it or nobody does.
Role = Literal["input", "output", "both", "scratch", "kept", "free"]


@dataclass(frozen=True)
class Peak:
    """The layer during which most bytes of the arena are in use."""

    layer: str
    bytes: int


@dataclass(frozen=True)
class Strip:
    """The arena while one layer runs.

    Attributes:
        layer: its name.
        cells: what each of equal pieces of the arena is to it, from the lowest address on.
        bytes: in use.
        is_peak: whether no layer uses more, and none before it as much.
    """

    layer: str
    cells: tuple[Role, ...]
    bytes: int
    is_peak: bool


def peak(graph: Graph, plan: Plan) -> Peak:
    """Where the arena is fullest."""
    in_use = [(plan.live_bytes(time), node.name) for time, node in enumerate(graph.nodes)]
    most, layer = max(in_use, key=lambda found: found[0], default=(0, graph.name))
    return Peak(layer, most)


def strips(graph: Graph, plan: Plan, width: int) -> tuple[Strip, ...]:
    """The arena in `width` pieces, for each layer in the order they run."""
    fullest = peak(graph, plan).layer
    return tuple(
        Strip(node.name, _cells(graph, plan, time, node, width), plan.live_bytes(time), node.name == fullest)
        for time, node in enumerate(graph.nodes)
    )


def _cells(graph: Graph, plan: Plan, time: int, node: Node, width: int) -> tuple[Role, ...]:
    roles: list[set[Role]] = [set() for _ in range(width)]
    for block in plan.blocks:
        if block.first <= time <= block.last:
            start, end = plan.offsets[block.name], plan.offsets[block.name] + block.bytes
            for cell in range(start * width // plan.arena_bytes, -(-end * width // plan.arena_bytes)):
                roles[cell].add(_role(graph, node, block.name))
    return tuple(map(_shown, roles))


def _role(graph: Graph, node: Node, block: str) -> Role:
    if block == scratch_name(node):
        return "scratch"
    if block in map(graph.storage, node.outputs):
        return "output"
    return "input" if any(block == graph.storage(name) for name in node.inputs if name is not None) else "kept"


def _shown(roles: set[Role]) -> Role:
    if {"input", "output"} <= roles:
        return "both"
    order: tuple[Role, ...] = ("output", "input", "scratch", "kept")
    return next((role for role in order if role in roles), "free")
