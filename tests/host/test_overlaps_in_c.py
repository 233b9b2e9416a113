"""Outputs that lie over their inputs as far ahead as the implementation promises: nothing is read after it was lost."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.examples import examples
from support.host_c import compile_quickly
from support.kernels import IMPLEMENTATIONS, NAMES, KernelCase, kernel_cases

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.host import HostModel
from tinyq.kernels import Implementation, InstructionSet
from tinyq.memory.lifetimes import ALIGNMENT, scratch_name
from tinyq.memory.planner import Plan
from tinyq.ops import call_of

OVERLAPPING = [
    pytest.param(instruction_set, one, id=name)
    for (instruction_set, one), name in zip(IMPLEMENTATIONS, NAMES, strict=True)
    if type(one).overlaps is not Implementation.overlaps
]


@pytest.mark.parametrize(("instruction_set", "implementation"), OVERLAPPING)
@examples(12, compiled=True)
@given(data=st.data())
def test_an_output_may_start_as_far_ahead_as_the_implementation_says(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    case = data.draw(kernel_cases(instruction_set, implementation))
    plan = overlapping_plan(case)
    assume(plan is not None)
    assert plan is not None
    model, layers = replace(case, plan=plan).generated("model")
    with tempfile.TemporaryDirectory() as folder:
        found = HostModel(model, layers, compile_quickly(), Path(folder)).run(case.inputs)
    assert mismatches(case.expected, found) == 0


def overlapping_plan(case: KernelCase) -> Plan | None:
    """The output at the greatest offset that is allowed, and the scratch behind both; None if none is allowed."""
    (node,) = case.graph.nodes
    call, implementation = call_of(case.graph, node), case.selection.of(node)
    overlaps = implementation.overlaps(call)
    if not overlaps:
        return None
    lead = overlaps[0].lead // ALIGNMENT * ALIGNMENT
    start = max(0, -lead)
    places = {case.graph.storage(overlaps[0].tensor.name): start, case.graph.storage(call.output.name): start + lead}
    end = aligned(max(start + call.input.bytes, start + lead + call.output.bytes))
    scratch = implementation.scratch_bytes(call)
    offsets = {**case.plan.offsets, **places, **({scratch_name(node): end} if scratch else {})}
    return Plan(case.plan.blocks, offsets, end + aligned(scratch))


def aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
