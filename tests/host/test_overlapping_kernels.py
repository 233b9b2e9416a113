"""An implementation is exact with its output anywhere over its input that its `overlaps` allow."""

import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import Case, cases_of
from support.examples import examples
from support.host_c import compile_quickly
from support.kernels import IMPLEMENTATIONS, NAMES, KernelCase, kernel_cases

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.host import HostModel
from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import FLOAT, HYBRID
from tinyq.kernels import PORTABLE, Implementation, InstructionSet, Overlap
from tinyq.kernels.portable import Portable
from tinyq.memory.lifetimes import ALIGNMENT, blocks
from tinyq.memory.planner import Plan, plan_memory
from tinyq.ops import call_of, forms, operator


@pytest.mark.parametrize(("instruction_set", "implementation"), IMPLEMENTATIONS, ids=NAMES)
@examples(2, compiled=True)
@given(data=st.data())
def test_an_output_over_the_input_is_exact(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    case = data.draw(st.lists(kernel_cases(instruction_set, implementation), min_size=3, max_size=3).map(_largest))
    _assert_exact(case, implementation, data)


@pytest.mark.parametrize("op", [op for op in (*forms(FLOAT), *forms(HYBRID)) if operator(op).weight_axis is not None])
@examples(4, compiled=True)
@given(data=st.data())
def test_a_float32_output_over_the_input_is_exact(op: str, data: st.DataObject) -> None:
    _assert_exact(data.draw(cases_of(op).map(_in_float)), Portable(op), data)


def _in_float(case: Case) -> KernelCase:
    graph = import_tflite(case.tflite, "model", "model.tflite", allow_float=True)
    plan = plan_memory(blocks(graph))
    return KernelCase(graph, PORTABLE, plan, case.inputs, run_reference(graph, case.inputs), case.text)


def _assert_exact(case: KernelCase, implementation: Implementation, data: st.DataObject) -> None:
    (node,) = case.graph.nodes
    size = case.graph.tensors[node.outputs[0]].bytes
    drawn = data.draw(st.integers(0, size), label="apart")
    for overlap, apart in product(implementation.overlaps(call_of(case.graph, node)), {0, 4, 12, drawn}):
        moved = replace(case, plan=_overlapping(case, overlap, apart))
        model, layers = moved.generated("model")
        with tempfile.TemporaryDirectory() as folder:
            found = HostModel(model, layers, compile_quickly(), Path(folder)).run(case.inputs)
        assert mismatches(case.expected, found) == 0, f"{overlap.tensor.name} at {moved.plan.offsets}"


def _largest(cases: list[KernelCase]) -> KernelCase:
    return max(cases, key=lambda case: case.plan.arena_bytes)


def _overlapping(case: KernelCase, overlap: Overlap, apart: int) -> Plan:
    """The output as near to the start of its input as its lead and the alignment allow, and `apart` bytes before it."""
    (node,) = case.graph.nodes
    lead = overlap.lead - apart
    ahead = lead // ALIGNMENT * ALIGNMENT
    places = {overlap.tensor.name: max(0, -ahead), node.outputs[0]: max(0, ahead)}
    end = max(place + case.graph.tensors[name].bytes for name, place in places.items())
    for name in case.plan.offsets:
        if name not in places:
            places[name] = end = -(-end // ALIGNMENT) * ALIGNMENT
            end += case.plan.arena_bytes  # at least as large as any block
    return Plan(case.plan.blocks, places, end)
