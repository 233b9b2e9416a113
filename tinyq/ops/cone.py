"""Cones: elementwise operators between one int8 tensor and another. Each is a function of one int8, so 256 answers.

The pass fold_tables puts cones into tables; float32 inside of a cone needs no float at run time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tinyq.ir.graph import Graph, Node
from tinyq.ops import is_supported, operator
from tinyq.ops.movement import Movement

#: Operators between float32 and integers.
BORDER = ("QUANTIZE", "DEQUANTIZE")


@dataclass(frozen=True)
class Cone:
    """A function of one int8.

    Attributes:
        source: the int8 tensor that everything in it depends on, and nothing else but constants.
        nodes: in the order they run; the last one writes the int8 result.
    """

    source: str
    nodes: tuple[Node, ...]


def cone_of(graph: Graph, node: Node) -> Cone | None:
    """The largest cone with the result of `node`; None where there is none.

    Of the int8 tensors inside, nobody else may read one: its layer would stay, and both ends of the cone live longer.
    """
    if graph.tensors[node.outputs[0]].dtype != "int8":
        return None
    sources = _sources(graph, node)
    position = {name: index for index, other in enumerate(graph.nodes) for name in other.outputs}
    for source in sorted(sources, key=lambda name: position.get(name, -1)):
        nodes = tuple(_between(graph, source, node))
        if not _is_read_elsewhere(graph, nodes):
            return Cone(source, nodes)
    return None


def float_nodes_left(graph: Graph) -> tuple[Node, ...]:
    """The operators that compute in float32 and are not inside of cones.

    QUANTIZE and DEQUANTIZE border on float by nature, and what only moves elements does not compute.
    """
    in_cones: set[str] = set()
    left = []
    for node in reversed(graph.nodes):
        readers = [reader.name in in_cones for name in node.outputs for reader in _readers(graph, name)]
        ends_cone = node.op == "QUANTIZE" and cone_of(graph, node) is not None
        if ends_cone or (readers and all(readers) and not set(node.outputs) & set(graph.outputs)):
            in_cones.add(node.name)
        elif node.op not in BORDER and not _only_moves(node) and _touches_float(graph, node):
            left.append(node)
    return tuple(reversed(left))


def _only_moves(node: Node) -> bool:
    return is_supported(node.op) and isinstance(operator(node.op), Movement)


def _sources(graph: Graph, last: Node) -> frozenset[str]:
    """The int8 tensors before `last` that it is a function of, each of them alone."""
    found: dict[str, frozenset[str]] = {}
    for node in _elementwise_before(graph, last):
        computed = [graph.storage(name) for name in _inputs(node) if not graph.tensors[name].is_constant]
        known = [
            found.get(name, frozenset()) | frozenset({name} if graph.tensors[name].dtype == "int8" else ())
            for name in computed
        ]
        found |= dict.fromkeys(node.outputs, frozenset.intersection(*known) if known else frozenset())
    return found.get(last.outputs[0], frozenset())


def _elementwise_before(graph: Graph, last: Node) -> list[Node]:
    """`last` and the elementwise nodes that it reads through elementwise ones, in the order they run."""
    needed, found = set(last.outputs), []
    for node in reversed(graph.nodes):
        if needed & set(node.outputs) and _is_elementwise(graph, node):
            found.append(node)
            needed |= {graph.storage(name) for name in _inputs(node)}
    return found[::-1]


def _is_elementwise(graph: Graph, node: Node) -> bool:
    """Whether `node` maps elements to elements, and its constants are single numbers."""
    if not is_supported(node.op) or not operator(node.op).elementwise:
        return False
    elements = graph.tensors[node.outputs[0]].elements
    tensors = [graph.tensors[name] for name in _inputs(node)]
    return all(tensor.elements == (1 if tensor.is_constant else elements) for tensor in tensors)


def _inputs(node: Node) -> Iterator[str]:
    return (name for name in node.inputs if name is not None)


def _readers(graph: Graph, name: str) -> list[Node]:
    return [node for node in graph.nodes if any(graph.storage(read) == name for read in _inputs(node))]


def _between(graph: Graph, source: str, last: Node) -> list[Node]:
    """The nodes that `last` depends on after `source`, in the order they run."""
    needed, found = set(last.outputs), []
    for node in reversed(graph.nodes):
        if needed & set(node.outputs):
            found.append(node)
            needed |= {graph.storage(name) for name in _inputs(node)} - {source}
    return found[::-1]


def _is_read_elsewhere(graph: Graph, nodes: tuple[Node, ...]) -> bool:
    names = {node.name for node in nodes}
    inside = [name for node in nodes[:-1] for name in node.outputs if graph.tensors[name].dtype != "float32"]
    outputs = {graph.storage(name) for name in graph.outputs}
    return any(name in outputs or any(r.name not in names for r in _readers(graph, name)) for name in inside)


def _touches_float(graph: Graph, node: Node) -> bool:
    names = (*_inputs(node), *node.outputs)
    return any(graph.tensors[name].dtype == "float32" for name in names)
