"""Which implementation each node runs by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tinyq.ir.graph import Graph, Node
from tinyq.kernels.base import Implementation, Target
from tinyq.kernels.candidates import candidates
from tinyq.kernels.fused_rows import OP, FusedRows, fused_options
from tinyq.kernels.portable import Portable
from tinyq.ops import call_of


@dataclass(frozen=True)
class Selection:
    """Implementations by the name of their node; a node that is not named runs by the portable one."""

    by_node: Mapping[str, Implementation] = field(default_factory=dict)

    def of(self, node: Node) -> Implementation:
        """The implementation that `node` runs by."""
        return self.by_node.get(node.name) or (FusedRows(Target()) if node.op == OP else Portable(node.op))


PORTABLE = Selection()


def options(graph: Graph, node: Node, target: Target) -> tuple[Implementation, ...]:
    """The implementations that `node` may run by on `target`, the fastest first."""
    call = call_of(graph, node)
    return fused_options(call, target) if node.op == OP else candidates(call, target)


def select(graph: Graph, target: Target) -> Selection:
    """For every node the fastest implementation."""
    return Selection({node.name: options(graph, node, target)[0] for node in graph.nodes})
