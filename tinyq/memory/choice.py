"""Which implementation each node runs by, where the room that it takes matters as well as its cycles."""

import math
from dataclasses import dataclass, replace
from typing import Any

from tinyq.ir.graph import Graph, Node
from tinyq.kernels import Implementation, Selection, Target, options, select
from tinyq.memory.bound import lower_bound
from tinyq.memory.lifetimes import blocks
from tinyq.ops import Call, call_of

PATIENCE = 1.4
ROOMS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)  # parts of the lowest peak
NEAR = 0.9  # of the peak: such nodes make it
NEARLY = 1.005  # times the lowest peak or the smallest arena is as good, where that is faster


@dataclass(frozen=True)
class _Choice:
    """An implementation of a node, the bytes in use while the node runs by it, and its cycles."""

    implementation: Implementation
    bytes: int
    cycles: float


def selections(graph: Graph, target: Target) -> tuple[Selection, ...]:
    """For every node an implementation: the fastest; where RAM counts most, several ways to choose, the fastest first.

    There the peak is the lowest with which all nodes together take at most `PATIENCE` times the cycles of the fastest.
    Nodes run by the fastest implementation with that peak; in the further ways, those that need far less anyhow have
    less room, since what lies over each other in a chain of nodes may leave no more.
    """
    if target.optimize != "ram":
        return (select(graph, target),)
    choices = {node.name: _choices(graph, time, node, target) for time, node in enumerate(graph.nodes)}
    allowed = int(NEARLY * _allowed(list(choices.values())))
    return tuple(
        Selection({name: _chosen(found, int(allowed * room), allowed) for name, found in choices.items()})
        for room in ROOMS
    )


def _allowed(choices: list[list[_Choice]]) -> int:
    """The lowest peak that all nodes can keep without taking too many cycles."""
    least = max((min(each.bytes for each in found) for found in choices), default=0)
    peaks = sorted({each.bytes for found in choices for each in found if each.bytes > least})
    quickest = sum(found[0].cycles for found in choices)
    for peak in (least, *peaks):
        if sum(next(each.cycles for each in found if each.bytes <= peak) for found in choices) <= PATIENCE * quickest:
            return peak
    return least


def _chosen(found: list[_Choice], room: int, allowed: int) -> Implementation:
    """The fastest within `room`; where there is none, at the peak the fastest that is allowed, elsewhere the least."""
    least = min(found, key=lambda each: each.bytes)
    fallback = [each for each in found if each.bytes <= allowed] if least.bytes > NEAR * allowed else [least]
    return next((each for each in found if each.bytes <= room), fallback[0]).implementation


def least_peak(graph: Graph, target: Target) -> int:
    """The lowest peak with which the nodes of `graph` run in a reasonable time."""
    return _allowed([_choices(graph, time, node, target) for time, node in enumerate(graph.nodes)])


def _choices(graph: Graph, time: int, node: Node, target: Target) -> list[_Choice]:
    """The fastest first."""
    alone, call = _alone(graph, time, node), call_of(graph, node)
    return [
        _Choice(each, lower_bound(blocks(alone, Selection({node.name: each}))), _cycles(each, call))
        for each in options(graph, node, target)
    ]


def _cycles(implementation: Implementation, call: Call[Any]) -> float:
    """0 where they are not known: of portable kernels, beside which there is no other."""
    cycles = implementation.cycles(call)
    return cycles if math.isfinite(cycles) else 0.0


def _alone(graph: Graph, time: int, node: Node) -> Graph:
    """A graph of one node that is given everything which is in use before it, and keeps what is in use after it."""
    last = {graph.storage(name): len(graph.nodes) for name in graph.outputs}
    for later, other in enumerate(graph.nodes):
        for name in other.inputs:
            if name is not None:
                last[graph.storage(name)] = max(later, last.get(graph.storage(name), 0))
    made = {*map(graph.storage, graph.inputs), *(name for other in graph.nodes[:time] for name in other.outputs)}
    given = [name for name in graph.tensors if name in made and last.get(name, -1) >= time]
    after = [name for name in given if last[name] > time]
    return replace(graph, nodes=(node,), inputs=tuple(given), outputs=(*after, *node.outputs))
