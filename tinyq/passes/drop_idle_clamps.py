"""A fused activation that never changes a value gives way to a wider one: RELU6 to RELU, or any of them to NONE.

An activation as wide as the one in its place stays, for it costs nothing. What was known of the values is still known:
the intervals of the graph are the same afterwards.
"""

from dataclasses import replace
from typing import Any

from tinyq.analysis.intervals import intervals
from tinyq.ir.graph import Graph
from tinyq.numerics.affine import Activation, activation_range
from tinyq.numerics.interval import Interval
from tinyq.ops import Call, call_of, operator
from tinyq.passes._rewrite import with_node

WIDER: tuple[Activation, ...] = ("NONE", "RELU")


def drop_idle_clamps(graph: Graph) -> Graph:
    """`graph` whose fused activations change a value of some input, as far as the intervals tell."""
    clamped = [node for node in graph.nodes if _is_narrow(call_of(graph, node))]
    known = intervals(graph) if clamped else {}
    for node in clamped:
        call: Call[Any] = call_of(graph, node)
        relaxed = _relaxed(call, [known[str(name)] for name in node.inputs if name in known])
        if relaxed is not None:
            graph = with_node(graph, replace(node, options=replace(call.options, activation=relaxed)))
    return graph


def _is_narrow(call: Call[Any]) -> bool:
    """Whether a fused activation lets less through than the output's type can hold."""
    activation: Activation = getattr(call.options, "activation", "NONE")
    return activation != "NONE" and call.output.dtype == "int8" and _range(call, activation) != _range(call, "NONE")


def _relaxed(call: Call[Any], inputs: list[Interval]) -> Activation | None:
    """A wider activation that lets the same values through, if there is one."""
    (free,) = operator(call.op).interval(replace(call, options=replace(call.options, activation="NONE")), inputs)
    values, now = (int(free.low.min()), int(free.high.max())), _range(call, call.options.activation)
    for activation in WIDER:
        wider = _range(call, activation)
        if wider != now and _clamped(values, wider) == _clamped(values, now):
            return activation
    return None


def _range(call: Call[Any], activation: Activation) -> tuple[int, int]:
    in_xnnpack = operator(call.op).runs_in_xnnpack(call)
    return activation_range(activation, call.output.scale, call.output.zero_point, "int8", ties_to_even=in_xnnpack)


def _clamped(values: tuple[int, int], limits: tuple[int, int]) -> list[int]:
    """Both ends of an interval after a clamp: where two clamps agree on the ends, they agree in between."""
    return [min(max(value, limits[0]), limits[1]) for value in values]
