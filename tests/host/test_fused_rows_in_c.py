"""Operators that run row by row answer what they answer one after the other, whatever else lies around their rows."""

import tempfile
from pathlib import Path

from hypothesis import assume, given
from support.arena_checker import check_arena
from support.chains import Chain, chains, inputs_of, same
from support.examples import examples
from support.host_c import compile_quickly

from tinyq.codegen.model import generate
from tinyq.emulator.agreement import mismatches
from tinyq.emulator.host import HostModel
from tinyq.emulator.reference import run_reference
from tinyq.ir.graph import Graph
from tinyq.kernels import Target, select
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory
from tinyq.passes.drop_unused import drop_unused
from tinyq.passes.fuse_rows import fused_node

RAM = (Target("portable", "ram"), Target("dsp", "ram"))


@examples(8, compiled=True)
@given(chains())
def test_rows_of_any_chain_equal_the_reference(graph: Graph) -> None:
    for start in range(len(graph.nodes)):
        node = fused_node(graph, graph.nodes[start:])
        if node is not None:
            assert_equal(drop_unused(graph.with_nodes([*graph.nodes[:start], node])), graph)
            return
    assume(False)  # noqa: FBT003  Hypothesis' own


def test_a_residual_block_adds_over_its_input() -> None:
    chain = Chain((1, 12, 12, 8))
    for _ in range(2):
        chain.convolution(same(3, 1, (1, 12, 12, 8)), 8)
    chain.add("x")
    graph = chain.graph()
    node = fused_node(graph, graph.nodes)
    assert node is not None
    fused = drop_unused(graph.with_nodes([node]))
    plan = plan_memory(blocks(fused))
    # Three rows of the tensor between the convolutions, their patch, and a pixel by which its row must lie in front.
    assert plan.arena_bytes == 12 * 12 * 8 + 3 * 12 * 8 + 72 + 8
    assert plan.offsets["x"] == plan.offsets[fused.outputs[0]]
    assert_equal(fused, graph)


def assert_equal(fused: Graph, graph: Graph) -> None:
    inputs = inputs_of(graph)
    expected = run_reference(graph, inputs)
    assert mismatches(expected, run_reference(fused, inputs)) == 0
    for target in RAM:
        selection = select(fused, target)
        plan = plan_memory(blocks(fused, selection))
        check_arena(fused, plan.offsets, plan.arena_bytes, selection)
        model, layers = generate(fused, plan, "model", selection)
        with tempfile.TemporaryDirectory() as folder:
            found = HostModel(model, layers, compile_quickly(), Path(folder)).run(inputs)
        assert mismatches(expected, found) == 0
