"""The arena for people: which layer needs most of it."""

from dataclasses import dataclass

from tinyq.ir.graph import Graph
from tinyq.memory.planner import Plan, live_bytes


@dataclass(frozen=True)
class Peak:
    """The layer during which most bytes of the arena are in use."""

    layer: str
    bytes: int


def peak(graph: Graph, plan: Plan) -> Peak:
    """Where the arena is fullest."""
    in_use = [(live_bytes(plan.blocks, time), node.name) for time, node in enumerate(graph.nodes)]
    most, layer = max(in_use, key=lambda found: found[0], default=(0, graph.name))
    return Peak(layer, most)


def bar(in_use: int, arena: int, width: int = 16) -> str:
    """How full the arena is, as a bar of `width` characters."""
    filled = -(-in_use * width // arena) if arena else 0
    return "█" * filled + "░" * (width - filled)
