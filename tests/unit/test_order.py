"""Nodes run in the order that needs least memory, and never before what they read."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples

from tinyq.ir.graph import Graph, Node, Quantization, Tensor
from tinyq.ir.verify import IllegalGraph, verify
from tinyq.kernels import PORTABLE
from tinyq.memory import order
from tinyq.memory.bound import lower_bound
from tinyq.memory.lifetimes import blocks
from tinyq.memory.order import reordered
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.pad import PadOptions

INT8 = Quantization((0.5,), (0,))


def graph_of(shapes: dict[str, int], nodes: dict[str, tuple[str, ...]], outputs: tuple[str, ...]) -> Graph:
    """Vectors; a node of two inputs is an ADD, of one a PAD, and is called as its output."""
    tensors = {name: Tensor(name, (size,), "int8", INT8) for name, size in shapes.items()}
    made = tuple(
        Node(f"make_{name}", "ADD", inputs, (name,), ArithmeticOptions())
        if len(inputs) == 2
        else Node(f"make_{name}", "PAD", inputs, (name,), PadOptions((0,), (0,)))
        for name, inputs in nodes.items()
    )
    inputs = tuple(name for name in shapes if name not in nodes)
    return Graph("g", tensors, made, inputs, outputs)


def names(graph: Graph) -> list[str]:
    return [node.outputs[0] for node in graph.nodes]


def test_a_branch_that_ends_small_runs_to_its_end_before_the_next_one_starts() -> None:
    graph = graph_of(
        {"x": 8, "low": 100, "small": 4, "wide": 200, "low2": 4, "y": 4},
        {"low": ("x",), "wide": ("x",), "small": ("wide",), "low2": ("low",), "y": ("low2", "small")},
        ("y",),
    )
    assert lower_bound(blocks(graph)) == 308
    found = reordered(graph, PORTABLE)
    assert names(found) == ["wide", "small", "low", "low2", "y"]
    assert lower_bound(blocks(found)) == 212


def test_an_order_that_nothing_betters_stays() -> None:
    graph = graph_of({"x": 8, "a": 8, "b": 8, "y": 8}, {"a": ("x",), "b": ("x",), "y": ("a", "b")}, ("y",))
    assert reordered(graph, PORTABLE) is graph


def test_nodes_that_touch_one_state_keep_their_order() -> None:
    graph = graph_of({"state": 4, "x": 40, "a": 400, "b": 4, "c": 4}, {}, ())
    nodes = (
        Node("first", "ADD", ("state", "x"), ("a",), ArithmeticOptions()),
        Node("second", "ADD", ("state", "x"), ("b",), ArithmeticOptions()),
        Node("third", "ADD", ("a", "b"), ("c",), ArithmeticOptions()),
    )
    graph = Graph("g", graph.tensors, nodes, ("x",), ("c",))
    assert reordered(graph, PORTABLE) is graph


@st.composite
def branched(draw: st.DrawFn) -> Graph:
    sizes = st.integers(1, 60).map(lambda words: 4 * words)
    shapes, nodes = {"x": draw(sizes)}, {}
    for number in range(draw(st.integers(2, 5))):
        inputs = draw(st.lists(st.sampled_from(list(shapes)), min_size=1, max_size=2, unique=True))
        nodes[f"t{number}"] = tuple(inputs)
        shapes[f"t{number}"] = draw(sizes)
    unread = [name for name in nodes if not any(name in inputs for inputs in nodes.values())]
    return graph_of(shapes, nodes, tuple(unread))


@examples(60)
@given(branched())
def test_no_order_needs_less(graph: Graph) -> None:
    found = reordered(graph, PORTABLE)
    verify(found)
    legal = [other for nodes in permutations(graph.nodes) if is_legal(other := graph.with_nodes(nodes))]
    assert lower_bound(blocks(found)) == min(lower_bound(blocks(other)) for other in legal)


def is_legal(graph: Graph) -> bool:
    try:
        verify(graph)
    except IllegalGraph:
        return False
    return True


def test_an_effort_too_small_for_all_orders_still_gives_a_legal_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(order, "EFFORT", 0)
    nodes = {f"a{n}": ("x",) for n in range(8)} | {f"b{n}": (f"a{n}",) for n in range(8)}
    sums = {"s0": ("b0", "b1")} | {f"s{n}": (f"s{n - 1}", f"b{n + 1}") for n in range(1, 7)}
    shapes = {"x": 8, **{name: 100 if name[0] == "a" else 4 for name in [*nodes, *sums]}}
    graph = graph_of(shapes, {**nodes, **sums}, ("s6",))
    found = reordered(graph, PORTABLE)
    verify(found)
    assert lower_bound(blocks(found)) < lower_bound(blocks(graph)) == 808
