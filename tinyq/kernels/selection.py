"""Which implementation each node runs by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tinyq.ir.graph import Graph, Node
from tinyq.kernels.base import Implementation, InstructionSet, Target
from tinyq.kernels.portable import Portable
from tinyq.ops import call_of


@dataclass(frozen=True)
class Selection:
    """Implementations by the name of their node; a node that is not named runs by the portable one."""

    by_node: Mapping[str, Implementation] = field(default_factory=dict)

    def of(self, node: Node) -> Implementation:
        """The implementation that `node` runs by."""
        return self.by_node.get(node.name) or Portable(node.op)


PORTABLE = Selection()


@cache
def implementations(instruction_set: InstructionSet) -> tuple[Implementation, ...]:
    """All that are made for an instruction set: `IMPLEMENTATION` in each file of the folder of its name."""
    if instruction_set == "portable":
        return ()
    package = import_module(f"tinyq.kernels.{instruction_set}")
    modules = (import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__))
    return tuple(module.IMPLEMENTATION for module in modules if hasattr(module, "IMPLEMENTATION"))


def select(graph: Graph, target: Target) -> Selection:
    """For every node the implementation with the fewest estimated cycles."""
    found = {node.name: _fastest(graph, node, target) for node in graph.nodes}
    return Selection({name: implementation for name, implementation in found.items() if implementation is not None})


def _fastest(graph: Graph, node: Node, target: Target) -> Implementation | None:
    call = call_of(graph, node)
    candidates = [
        each for each in implementations(target.instruction_set) if each.op == node.op and each.applies(call, target)
    ]
    return min(candidates, key=lambda each: each.cycles(call), default=None)
