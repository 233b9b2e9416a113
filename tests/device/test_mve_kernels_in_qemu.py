"""The intrinsics of the implementations in tinyq/kernels/mve equal the NumPy reference, in QEMU's Cortex-M55."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.kernels import KernelCase, batches
from support.qemu_program import run_in_qemu

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.packing import pack, unpack
from tinyq.firmware.board import load_board
from tinyq.kernels import Implementation, implementations

pytestmark = pytest.mark.skipif(shutil.which("qemu-system-arm") is None, reason="qemu-system-arm is not installed")
BOARD = load_board("mps3_an547")
IMPLEMENTATIONS = implementations("mve")
every_implementation = pytest.mark.parametrize("implementation", IMPLEMENTATIONS, ids=[each.op for each in IMPLEMENTATIONS])


@every_implementation
@examples(2, compiled=True)
@given(data=st.data())
def test_an_implementation_equals_the_reference_in_qemu(implementation: Implementation, data: st.DataObject) -> None:
    assert_equal(data.draw(batches("mve", implementation, 16)))


@pytest.mark.slow
@every_implementation
@examples(20, at_random=True, compiled=True)
@given(data=st.data())
def test_an_implementation_equals_the_reference_in_qemu_in_a_long_sweep(
    implementation: Implementation, data: st.DataObject
) -> None:
    assert_equal(data.draw(batches("mve", implementation, 24)))


def assert_equal(cases: list[KernelCase]) -> None:
    models = [case.generated(f"model{number}")[0] for number, case in enumerate(cases)]
    rows = [pack(case.inputs, model.inputs) for case, model in zip(cases, models, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        answers = run_in_qemu(Path(folder), models, rows, BOARD)
    for case, model, answer in zip(cases, models, answers, strict=True):
        assert mismatches(case.expected, unpack(answer.rows, model.outputs)) == 0, "\n".join(case.text)
