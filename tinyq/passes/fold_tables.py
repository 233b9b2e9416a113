"""Elementwise operators between one int8 tensor and another become one table of 256 answers.

So float32 between DEQUANTIZE and QUANTIZE disappears, x * sigmoid(x) is one lookup, and so is a sum with a number.
"""

from dataclasses import replace

import numpy as np

from tinyq.ir.graph import Array, Graph, Node, Options, Tensor
from tinyq.ir.names import unique
from tinyq.ops import call_of, operator
from tinyq.ops.cone import BORDER, Cone, cone_of
from tinyq.ops.unary import ALL_INT8
from tinyq.passes.drop_unused import drop_unused

LEAST_ELEMENTS = 64  # below, the table of a single operator costs more flash than it saves time


def fold_tables(graph: Graph) -> Graph:
    """`graph` with TABLE nodes in place of all that is a function of one int8."""
    for name in [node.name for node in reversed(graph.nodes)]:
        node = next((node for node in graph.nodes if node.name == name), None)
        cone = None if node is None else cone_of(graph, node)
        if cone is not None and _pays(graph, cone):
            graph = _folded(graph, cone)
    return graph


def _pays(graph: Graph, cone: Cone) -> bool:
    """Whether a table is better than the operators; one operator may be a table already."""
    if len(cone.nodes) > 1:
        return True
    node = cone.nodes[0]
    return operator(node.op).template != "table" and graph.tensors[node.outputs[0]].elements >= LEAST_ELEMENTS


def _folded(graph: Graph, cone: Cone) -> Graph:
    last = cone.nodes[-1]
    table = Tensor(unique(f"{last.outputs[0]}/table", graph.tensors), (256,), "int8", data=_answers(graph, cone))
    node = Node(last.name, "TABLE", (cone.source, table.name), last.outputs, Options())
    smaller = drop_unused(
        graph.with_tensors(table).with_nodes(node if other is last else other for other in graph.nodes)
    )
    named = replace(node, name=unique(_layer(cone), {other.name for other in smaller.nodes if other is not node}))
    return smaller.with_nodes(named if other is node else other for other in smaller.nodes)


def _layer(cone: Cone) -> str:
    """The name of the operator that does the cone's work."""
    workers = [node.name for node in cone.nodes if node.op not in BORDER]
    return workers[0] if workers else cone.nodes[-1].name


def _answers(graph: Graph, cone: Cone) -> Array:
    """int8 [256]: the result for each int8 of the source, by the operators' own references."""
    values = {cone.source: ALL_INT8.astype(np.int8)}
    for node in cone.nodes:
        names = [name for name in node.inputs if name is not None and not graph.tensors[name].is_constant]
        inputs = [values[graph.storage(name)].reshape(-1, *(1,) * len(graph.tensors[name].shape)) for name in names]
        (values[node.outputs[0]],) = operator(node.op).reference(call_of(graph, node), inputs)
    return values[cone.nodes[-1].outputs[0]].reshape(256)
