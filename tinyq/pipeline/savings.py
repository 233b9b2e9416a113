"""What the passes proved needless, in numbers: channels, and the multiply-accumulates that went with them."""

from dataclasses import dataclass

from tinyq.analysis.liveness import extent
from tinyq.ir.graph import Graph
from tinyq.ops import call_of, operator
from tinyq.ops.accumulate import AccumulateOptions


@dataclass(frozen=True)
class Savings:
    """Counts before and after the passes.

    Attributes:
        channels_before: output channels of all convolutions and dense layers.
        channels: those that are left.
        macs_before: multiply-accumulates of one inference.
        macs: those that are left.
    """

    channels_before: int
    channels: int
    macs_before: int
    macs: int

    @property
    def text(self) -> str:
        """One line for people; empty where nothing was left out."""
        if self.channels == self.channels_before:
            return ""
        share = 1 - self.macs / max(self.macs_before, 1)
        return (
            f"proved {self.channels_before - self.channels:,} of {self.channels_before:,} channels needless: "
            f"{100 * share:.1f} % of the multiply-accumulates left out"
        )


def savings(before: Graph, after: Graph) -> Savings:
    """What `after`, made of `before` by the passes, has less."""
    return Savings(_channels(before), _channels(after), _macs(before), _macs(after))


def _channels(graph: Graph) -> int:
    accumulating = (node for node in graph.nodes if isinstance(node.options, AccumulateOptions))
    return sum(extent(graph.tensors[node.outputs[0]]) for node in accumulating)


def _macs(graph: Graph) -> int:
    return sum(operator(node.op).macs(call_of(graph, node)) for node in graph.nodes)
