"""The C of every implementation in tinyq/kernels, its routines in C among it, equals the NumPy reference."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arena_checker import check_arena
from support.examples import examples
from support.host_c import compile_quickly
from support.kernels import IMPLEMENTATIONS, NAMES, kernel_cases

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.host import HostModel
from tinyq.kernels import Implementation, InstructionSet


@pytest.mark.parametrize(("instruction_set", "implementation"), IMPLEMENTATIONS, ids=NAMES)
@examples(8, compiled=True)
@given(data=st.data())
def test_the_c_of_an_implementation_equals_the_reference(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    assert_equal(instruction_set, implementation, data)


@pytest.mark.slow
@pytest.mark.parametrize(("instruction_set", "implementation"), IMPLEMENTATIONS, ids=NAMES)
@examples(20, at_random=True, compiled=True)
@given(data=st.data())
def test_the_c_of_an_implementation_equals_the_reference_in_a_long_sweep(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    assert_equal(instruction_set, implementation, data)


def assert_equal(instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject) -> None:
    case = data.draw(kernel_cases(instruction_set, implementation))
    check_arena(case.graph, case.plan.offsets, case.plan.arena_bytes, case.selection)
    model, layers = case.generated("model")
    with tempfile.TemporaryDirectory() as folder:
        found = HostModel(model, layers, compile_quickly(), Path(folder)).run(case.inputs)
    assert mismatches(case.expected, found) == 0
