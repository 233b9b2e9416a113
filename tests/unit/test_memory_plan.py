"""The memory plan is legal by an independent check, and no larger than what first-fit finds."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arena_checker import check_arena
from support.graphs import convnet_graph

from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph, Node, Quantization, Tensor
from tinyq.kernels import Target
from tinyq.memory.bound import lower_bound
from tinyq.memory.lifetimes import Block, blocks
from tinyq.memory.picture import peak
from tinyq.memory.planner import Plan, plan_memory
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.softmax import SoftmaxOptions
from tinyq.pipeline import compile_tflite, optimize

CHAIN = (("b", "a"), ("c", "b"), ("d", "c"))  # each written over the one before

# Arena with scratch, and what no plan can go below; portable kernels.
MODELS = {
    "kws_int8": (9_792, 8_960),
    "ad01_int8": (768, 768),
    "vww_96_int8": (37_008, 37_008),
    "ic_resnet8_int8": (33_440, 33_440),
}

# With `--optimize ram`.
ROW_BY_ROW = {"kws_int8": 5_520, "ad01_int8": 768, "vww_96_int8": 28_136, "ic_resnet8_int8": 18_272}


def block(name: str, size: int, first: int, last: int) -> Block:
    return Block(name, size, first, last)


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


def is_legal(pieces: list[Block], offsets: Mapping[str, int]) -> bool:
    pairs = [(one, other) for one in pieces for other in pieces if one.name < other.name and one.is_live_with(other)]
    return all(
        offsets[one.name] + one.bytes <= offsets[other.name]
        or offsets[other.name] + other.bytes <= offsets[one.name]
        or may_lie_over(one, other, offsets)
        or may_lie_over(other, one, offsets)
        for one, other in pairs
    )


def may_lie_over(output: Block, given: Block, offsets: Mapping[str, int]) -> bool:
    return any(name == given.name and offsets[output.name] <= offsets[name] + lead for name, lead in output.over)


@st.composite
def pieces(draw: st.DrawFn, *, overlapping: bool = False) -> list[Block]:
    count = draw(st.integers(1, 12))
    result: list[Block] = []
    for number in range(count):
        first = draw(st.integers(0, 8))
        found = block(f"b{number}", 4 * draw(st.integers(1, 50)), first, first + draw(st.integers(0, 5)))
        dying = [other.name for other in result if other.last == first and other.first < first]
        under = draw(st.lists(st.sampled_from(dying), unique=True, max_size=2)) if dying and overlapping else []
        result.append(replace(found, over=tuple((name, 4 * draw(st.integers(-30, 30))) for name in under)))
    return result


@given(pieces())
def test_a_plan_is_legal_and_never_larger_than_first_fit(found: list[Block]) -> None:
    plan = plan_memory(found)
    assert is_legal(found, plan.offsets)
    assert lower_bound(found) <= plan.arena_bytes <= first_fit(found)


@given(pieces(overlapping=True))
def test_a_plan_with_overlaps_is_legal_and_no_larger_than_one_without(found: list[Block]) -> None:
    plan = plan_memory(found)
    assert is_legal(found, plan.offsets)
    assert lower_bound(found) <= plan.arena_bytes <= first_fit([replace(each, over=()) for each in found])


@pytest.mark.parametrize(("lead", "arena", "output"), [(0, 80, 0), (-12, 92, 0), (-79, 120, 80), (40, 80, 0)])
def test_an_output_lies_over_its_input_as_far_as_the_lead_allows(lead: int, arena: int, output: int) -> None:
    found = [block("input", 80, -1, 0), Block("output", 40, 0, 1, (("input", lead // 4 * 4),))]
    plan = plan_memory(found)
    assert (plan.arena_bytes, plan.offsets["output"]) == (arena, output)
    assert lower_bound(found) == arena


def test_a_chain_of_outputs_lies_over_each_other() -> None:
    found = [block("a", 100, -1, 0), *(Block(new, 100, t, t + 1, ((old, -8),)) for t, (new, old) in enumerate(CHAIN))]
    plan = plan_memory(found)
    assert [plan.offsets[name] for name in "abcd"] == [24, 16, 8, 0]
    assert plan.arena_bytes == 124


def test_live_and_dead_bytes_count_what_lies_over_something_else_once() -> None:
    found = (block("a", 40, 0, 1), Block("b", 24, 1, 2, (("a", 0),)), block("c", 8, 2, 3))
    plan = Plan(found, {"a": 0, "b": 0, "c": 32}, 40)
    assert [plan.live_bytes(time) for time in range(4)] == [40, 40, 32, 8]
    assert [plan.dead_ranges(time) for time in range(3)] == [[], [(24, 40)], [(0, 32)]]


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
    assert (found.layer, found.bytes) == ("conv", 144 + 12 + 20)


@pytest.mark.parametrize("model", MODELS)
def test_the_plans_of_the_mlperf_tiny_models_are_legal_and_as_small_as_they_were(model: str) -> None:
    folder = os.environ.get("TINYQ_MLPERF")
    if folder is None:
        pytest.skip("TINYQ_MLPERF does not name the folder with the MLPerf Tiny models")
    graph = optimize(import_tflite((Path(folder) / f"{model}.tflite").read_bytes(), model, model))
    plan = plan_memory(blocks(graph))
    check_arena(graph, plan.offsets, plan.arena_bytes)
    assert (plan.arena_bytes, lower_bound(blocks(graph))) == MODELS[model]


@pytest.mark.parametrize("model", ROW_BY_ROW)
def test_row_by_row_the_mlperf_tiny_models_need_no_more_than_this(model: str) -> None:
    folder = os.environ.get("TINYQ_MLPERF")
    if folder is None:
        pytest.skip("TINYQ_MLPERF does not name the folder with the MLPerf Tiny models")
    content = (Path(folder) / f"{model}.tflite").read_bytes()
    compiled = compile_tflite(content, model, model, Target("portable", "ram"))
    check_arena(compiled.graph, compiled.plan.offsets, compiled.plan.arena_bytes, compiled.selection)
    assert compiled.plan.arena_bytes == ROW_BY_ROW[model]
