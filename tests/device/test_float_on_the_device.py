"""float32 operators answer on emulated boards what the NumPy reference says: on an FPU, and in software without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.board_answers import assert_exact_on
from support.cases import FLOAT_OPERATORS, Case, cases_of
from support.examples import examples
from support.kernels import KernelCase

from tinyq.emulator.reference import run_reference
from tinyq.firmware.board import load_board
from tinyq.frontend.tflite import import_tflite
from tinyq.kernels import PORTABLE
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory


def _reads_each_tensor_once(case: Case) -> bool:
    """The larger of a tensor and itself, in place, is no code at all: there is no function to call."""
    (node,) = import_tflite(case.tflite, "model", "model.tflite", allow_float=True).nodes
    return len(set(node.inputs)) == len(node.inputs)


PARTS = 5  # programs, for Hypothesis draws no more at once


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("board", ["mps2_an386", "rpi_pico"])
@examples(1, compiled=True)
@given(data=st.data())
def test_float_operators_equal_the_reference_on_the_device(board: str, part: int, data: st.DataObject) -> None:
    drawn = [data.draw(cases_of(op).filter(_reads_each_tensor_once)) for op in FLOAT_OPERATORS[part::PARTS]]
    assert_exact_on(load_board(board), [_prepared(case) for case in drawn])


def _prepared(case: Case) -> KernelCase:
    graph = import_tflite(case.tflite, "model", "model.tflite", allow_float=True)
    plan = plan_memory(blocks(graph))
    return KernelCase(graph, PORTABLE, plan, case.inputs, run_reference(graph, case.inputs), case.text)
