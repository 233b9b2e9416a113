"""The assembly of every implementation in tinyq/kernels equals the NumPy reference, on an emulated processor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.board_answers import assert_exact_on
from support.examples import examples
from support.kernels import IMPLEMENTATIONS, NAMES, batches

from tinyq.firmware.board import load_board
from tinyq.kernels import Implementation, InstructionSet

BOARDS = {"dsp": load_board("mps2_an386"), "thumb": load_board("rpi_pico")}
#: Unicorn has no Cortex-M55: test_mve_kernels_in_qemu.py runs those.
EMULATED = [index for index, (instruction_set, _) in enumerate(IMPLEMENTATIONS) if instruction_set != "mve"]
every_implementation = pytest.mark.parametrize(
    ("instruction_set", "implementation"),
    [IMPLEMENTATIONS[index] for index in EMULATED],
    ids=[NAMES[index] for index in EMULATED],
)


@every_implementation
@examples(2, compiled=True)
@given(data=st.data())
def test_an_implementation_equals_the_reference_on_the_device(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    assert_exact_on(BOARDS[instruction_set], data.draw(batches(instruction_set, implementation, 16)))


@pytest.mark.slow
@every_implementation
@examples(6, at_random=True, compiled=True)
@given(data=st.data())
def test_an_implementation_equals_the_reference_on_the_device_in_a_long_sweep(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    assert_exact_on(BOARDS[instruction_set], data.draw(batches(instruction_set, implementation, 24)))
