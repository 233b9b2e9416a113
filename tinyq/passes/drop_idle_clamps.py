"""A fused activation that never changes a value gives way to a wider one: RELU6 to RELU, or any of them to NONE.

An activation as wide as the one in its place stays, for it costs nothing. What was known of the values is still known:
the intervals of the graph are the same afterwards.
"""

from dataclasses import replace
from typing import Any

from tinyq.analysis.intervals import intervals
from tinyq.ir.graph import Graph, Node
from tinyq.numerics.affine import Activation, activation_range
from tinyq.numerics.interval import Interval
from tinyq.ops import Call, call_of, operator
from tinyq.passes._rewrite import with_node

WIDER: tuple[Activation, ...] = ("NONE", "RELU")


def drop_idle_clamps(graph: Graph) -> Graph:
    """`graph` whose fused activations change a value of some input, as far as the intervals tell."""
    known = intervals(graph)
    for node in graph.nodes:
        if getattr(node.options, "activation", "NONE") != "NONE":
            computed = [name for name in node.inputs if name is not None and not graph.tensors[name].is_constant]
            relaxed = _relaxed(graph, node, [known[name] for name in computed])
            graph = graph if relaxed is node else with_node(graph, relaxed)
    return graph


def _relaxed(graph: Graph, node: Node, inputs: list[Interval]) -> Node:
    call: Call[Any] = call_of(graph, node)
    (free,) = operator(node.op).interval(replace(call, options=replace(call.options, activation="NONE")), inputs)
    values = int(free.low.min()), int(free.high.max())
    now = _range(call, call.options.activation)
    for activation in WIDER:
        wider = _range(call, activation)
        if wider != now and _clamped(values, wider) == _clamped(values, now):
            return replace(node, options=replace(call.options, activation=activation))
    return node


def _range(call: Call[Any], activation: Activation) -> tuple[int, int]:
    return activation_range(activation, call.output.scale, call.output.zero_point, "int8")


def _clamped(values: tuple[int, int], limits: tuple[int, int]) -> list[int]:
    """Both ends of an interval after a clamp: where two clamps agree on the ends, they agree in between."""
    return [min(max(value, limits[0]), limits[1]) for value in values]
