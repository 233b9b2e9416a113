"""The states of a model as its C sees them: where they lie in the arena, and what a reset writes there."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from tinyq.codegen.constants import Constant
from tinyq.codegen.names import c_identifier
from tinyq.ir.graph import Graph
from tinyq.ir.names import unique
from tinyq.memory.planner import Plan


@dataclass(frozen=True, eq=False)
class State:
    """One state.

    Attributes:
        name: in the model.
        offset: in the arena.
        bytes: how many there.
        fill: the byte that all of them get by a reset, as C's memset takes it; None where they differ.
        constant: what they get where they differ.
    """

    name: str
    offset: int
    bytes: int
    fill: int | None
    constant: Constant | None


def states_of(graph: Graph, plan: Plan, identifier: str, taken: Collection[str]) -> tuple[State, ...]:
    """The states of `graph`; their constants' names are not in `taken`."""
    found: list[State] = []
    names = set(taken)
    for tensor in graph.states:
        assert tensor.initial is not None
        content = np.unique(np.ascontiguousarray(tensor.initial).view(np.uint8))
        fill = int(content[0]) if len(content) == 1 else None
        constant = None
        if fill is None:
            name = unique(f"{identifier}_initial_{c_identifier(tensor.name)}", names)
            names.add(name)
            constant = Constant(name, tensor.initial, f"state {tensor.name} after a reset")
        found.append(State(tensor.name, plan.offsets[tensor.name], tensor.bytes, fill, constant))
    return tuple(found)
