"""The memory plan is legal by an independent check, and no larger than what first-fit finds."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arena_checker import check_arena
from support.graphs import convnet_graph

from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph, Node, Quantization, Tensor
from tinyq.memory.lifetimes import Block, blocks
from tinyq.memory.picture import bar, peak
from tinyq.memory.planner import lower_bound, plan_memory
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.softmax import SoftmaxOptions
from tinyq.pipeline import optimize

MODELS = {"kws_int8": 16_576, "ad01_int8": 768, "vww_96_int8": 55_296, "ic_resnet8_int8": 49_296}


def block(name: str, size: int, first: int, last: int) -> Block:
    return Block(name, size, first, last, (name,))


def first_fit(pieces: list[Block]) -> int:
    """Each block in the order it is first used, at the lowest place that is free."""
    places: dict[Block, int] = {}
    for piece in sorted(pieces, key=lambda other: other.first):
        others = [(start, start + other.bytes) for other, start in places.items() if other.is_live_with(piece)]
        candidates = [0, *(end for _, end in others)]
        places[piece] = min(
            start for start in candidates if all(start + piece.bytes <= low or start >= high for low, high in others)
        )
    return max(start + piece.bytes for piece, start in places.items())


def is_legal(pieces: list[Block], offsets: dict[str, int]) -> bool:
    pairs = [(one, other) for one in pieces for other in pieces if one.name < other.name and one.is_live_with(other)]
    return all(
        offsets[one.name] + one.bytes <= offsets[other.name] or offsets[other.name] + other.bytes <= offsets[one.name]
        for one, other in pairs
    )


@st.composite
def pieces(draw: st.DrawFn) -> list[Block]:
    count = draw(st.integers(1, 12))
    result = []
    for number in range(count):
        first = draw(st.integers(0, 8))
        result.append(block(f"b{number}", 4 * draw(st.integers(1, 50)), first, first + draw(st.integers(0, 5))))
    return result


@given(pieces())
def test_a_plan_is_legal_and_never_larger_than_first_fit(found: list[Block]) -> None:
    plan = plan_memory(found)
    assert is_legal(found, dict(plan.offsets))
    assert lower_bound(found) <= plan.arena_bytes <= first_fit(found)


def test_the_search_beats_first_fit_where_an_early_block_would_stand_in_the_way() -> None:
    found = [
        block("a", 40, 0, 1),
        block("b", 20, 0, 3),
        block("c", 60, 2, 3),
        block("d", 20, 3, 4),
        block("e", 80, 4, 4),
    ]
    assert plan_memory(found).arena_bytes == lower_bound(found) == 100
    assert first_fit(found) == 120


def test_the_same_blocks_always_get_the_same_plan() -> None:
    found = [
        block(f"b{number}", 4 * (number * 7 % 11 + 1), number % 5, number % 5 + number % 4) for number in range(30)
    ]
    assert plan_memory(found).offsets == plan_memory(found).offsets


def test_the_plan_of_a_small_network_passes_the_independent_check() -> None:
    for graph in (convnet_graph(), optimize(convnet_graph())):
        plan = plan_memory(blocks(graph))
        check_arena(graph, plan.offsets, plan.arena_bytes)


def test_the_independent_check_notices_a_tensor_that_is_overwritten() -> None:
    graph = optimize(convnet_graph())
    plan = plan_memory(blocks(graph))
    conv = graph.nodes[0]
    broken = {**plan.offsets, conv.outputs[0]: plan.offsets["image"]}
    with pytest.raises(AssertionError, match="beside its outputs, reads image, which was overwritten"):
        check_arena(graph, broken, plan.arena_bytes + 1000)


def residual_graph(*, input_is_output: bool) -> Graph:
    """softmax(x), then softmax(x) + x: x is read twice, and may be an output as well."""
    quantization = Quantization((1 / 256,), (-128,))
    names = ("x", "s", "y")
    tensors = {name: Tensor(name, (1, 8), "int8", quantization) for name in names}
    nodes = (
        Node("s", "SOFTMAX", ("x",), ("s",), SoftmaxOptions()),
        Node("y", "ADD", ("s", "x"), ("y",), ArithmeticOptions()),
    )
    return Graph("residual", tensors, nodes, ("x",), ("y", "x") if input_is_output else ("y",))


def test_an_addition_takes_over_an_input_that_nobody_needs_any_more() -> None:
    plan = plan_memory(blocks(residual_graph(input_is_output=False)))
    assert plan.arena_bytes == 16
    assert plan.offsets["y"] in (plan.offsets["s"], plan.offsets["x"])
    check_arena(residual_graph(input_is_output=False), plan.offsets, plan.arena_bytes)


def test_an_input_that_is_also_an_output_is_never_overwritten() -> None:
    graph = residual_graph(input_is_output=True)
    plan = plan_memory(blocks(graph))
    assert plan.offsets["y"] == plan.offsets["s"] != plan.offsets["x"]
    check_arena(graph, plan.offsets, plan.arena_bytes)


def test_all_inputs_have_a_place_of_their_own_before_the_first_layer() -> None:
    quantization = Quantization((0.5,), (0,))
    tensors = {name: Tensor(name, (8,), "int8", quantization) for name in ("a", "b", "unused", "y")}
    graph = Graph(
        "g", tensors, (Node("y", "ADD", ("a", "b"), ("y",), ArithmeticOptions()),), ("a", "b", "unused"), ("y",)
    )
    plan = plan_memory(blocks(graph))
    assert len({plan.offsets[name] for name in graph.inputs}) == 3
    check_arena(graph, plan.offsets, plan.arena_bytes)


def test_the_peak_names_the_layer_that_needs_most() -> None:
    graph = optimize(convnet_graph())
    found = peak(graph, plan_memory(blocks(graph)))
    assert (found.layer, found.bytes) == ("conv", 72 + 144 + 20)


def test_the_bar_is_full_at_the_peak_and_empty_for_no_arena() -> None:
    assert (bar(100, 100, 4), bar(1, 100, 4), bar(0, 0, 4)) == ("████", "█░░░", "░░░░")


@pytest.mark.parametrize("model", MODELS)
def test_the_plans_of_the_mlperf_tiny_models_are_legal_and_at_their_lower_bound(model: str) -> None:
    folder = os.environ.get("TINYQ_MLPERF")
    if folder is None:
        pytest.skip("TINYQ_MLPERF does not name the folder with the MLPerf Tiny models")
    graph = optimize(import_tflite((Path(folder) / f"{model}.tflite").read_bytes(), model, model))
    plan = plan_memory(blocks(graph))
    check_arena(graph, plan.offsets, plan.arena_bytes)
    assert plan.arena_bytes == lower_bound(blocks(graph)) == MODELS[model]
