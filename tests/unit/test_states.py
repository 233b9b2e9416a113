"""States outlive an inference, start with their initial values after a reset, and are copied only where need be."""

import numpy as np
import pytest
from hypothesis import find
from support.arena_checker import check_arena
from support.cases import cases_of
from support.examples import examples
from support.running_sum import running_sum, sums
from support.tflite_model import Once, Op, T, tflite_model

from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.model import generate
from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory
from tinyq.pipeline import optimize

SAMPLES = np.random.default_rng(4).integers(-60, 60, (12, 1, 4)).astype(np.int8)


def imported(data: bytes) -> Graph:
    return import_tflite(data, "net", "net.tflite")


def c_of(graph: Graph) -> GeneratedModel:
    return generate(graph, plan_memory(blocks(graph)), "net")[0]


@pytest.mark.parametrize("steps", [1, 3, 12])
def test_a_state_is_kept_within_a_sequence_and_starts_anew_with_the_next(steps: int) -> None:
    for graph in (imported(running_sum()), optimize(imported(running_sum()))):
        assert np.array_equal(run_reference(graph, [SAMPLES], steps=steps)[0], sums(SAMPLES, steps))


def test_a_value_that_is_used_up_before_the_state_is_written_is_not_copied() -> None:
    assert [node.op for node in optimize(imported(running_sum())).nodes] == ["ADD", "ASSIGN_VARIABLE"]


def test_a_value_that_is_used_after_the_state_is_written_is_copied() -> None:
    graph = optimize(imported(running_sum(reads_again=True)))
    assert [node.op for node in graph.nodes] == ["READ_VARIABLE", "ADD", "ASSIGN_VARIABLE"]


@pytest.mark.parametrize("op", ["ASSIGN_VARIABLE", "SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM"])
def test_nothing_overwrites_a_state_in_the_arena(op: str) -> None:
    graph = imported(find(cases_of(op), lambda _: True, settings=examples(1, compiled=True)).tflite)
    for each in (graph, optimize(graph)):
        plan = plan_memory(blocks(each))
        check_arena(each, plan.offsets, plan.arena_bytes)


def test_only_a_stateful_model_has_a_reset() -> None:
    stateful, once = imported(running_sum()), imported(running_sum())
    model = c_of(stateful)
    assert "void net_reset(void);" in model.files["net.h"]
    assert "memcpy(&net_arena[" in model.files["net.c"].partition("void net_reset(void)")[2]
    assert model.is_stateful
    anew = Graph(once.name, once.tensors, once.nodes, once.inputs, once.outputs, starts_anew=True)
    model = c_of(anew)
    assert "net_reset" not in model.files["net.h"]
    assert "    net_reset();\n" in model.files["net.c"].partition("int net_invoke(void)")[2]
    assert not model.is_stateful


def test_a_model_that_starts_anew_answers_every_sample_as_the_first() -> None:
    graph = imported(running_sum())
    anew = Graph(graph.name, graph.tensors, graph.nodes, graph.inputs, graph.outputs, starts_anew=True)
    assert np.array_equal(run_reference(anew, [SAMPLES], steps=4)[0], sums(SAMPLES, 1))


def refusal(data: bytes) -> str:
    with pytest.raises(TinyqError) as caught:
        imported(data)
    return str(caught.value)


HANDLE = T("handle", (), "resource")
VARIABLE = Op("VAR_HANDLE", [], ["handle"], "VarHandleOptions", {"sharedName": b"total"})
X = T("x", (1, 4), scales=(0.5,), zero_points=(0,))


def test_a_variable_in_float_is_refused() -> None:
    operators = [VARIABLE, Op("READ_VARIABLE", ["handle"], ["y"]), Op("ASSIGN_VARIABLE", ["handle", "x"], [])]
    data = tflite_model([X, T("y", (1, 4), "float32"), HANDLE], operators, ["x"], ["y"])
    assert refusal(data) == (
        "net.tflite: variable total: found values of different shape, type or quantization\n"
        "  hint: quantize the Keras model or SavedModel with `tinyq quantize`, which quantizes its variables as well"
    )


def test_an_initial_value_that_is_computed_is_refused() -> None:
    once = Once([HANDLE, X], [VARIABLE, Op("ASSIGN_VARIABLE", ["handle", "x"], [])])
    operators = [
        Op("CALL_ONCE", [], [], "CallOnceOptions", {"initSubgraphIndex": 1}),
        VARIABLE,
        Op("ASSIGN_VARIABLE", ["handle", "x"], []),
        Op("READ_VARIABLE", ["handle"], ["y"]),
    ]
    y = T("y", (1, 4), scales=(0.5,), zero_points=(0,))
    assert refusal(tflite_model([X, y, HANDLE], operators, ["x"], ["y"], once)) == (
        "net.tflite: found variables whose initial values ASSIGN_VARIABLE computes\n"
        "  hint: give the variable a constant initial value, such as tf.zeros(shape), then convert again"
    )


def test_a_subgraph_of_control_flow_is_refused() -> None:
    operators = [Op("RESHAPE", ["x"], ["y"])]
    y = T("y", (4,), scales=(0.5,), zero_points=(0,))
    assert refusal(tflite_model([X, y], operators, ["x"], ["y"], Once([HANDLE], [VARIABLE]))) == (
        "net.tflite: found 2 subgraphs; accepted: 1, and those that set variables once\n"
        "  hint: subgraph 1 is control flow (a loop or a condition): unroll it"
    )
