"""Graphs of 3 to 30 operators of any kind, with the kernels of every goal, on an emulated Cortex-M4."""

from typing import get_args

from hypothesis import given
from support.board_answers import assert_exact_on
from support.cases import Case
from support.examples import examples
from support.kernels import KernelCase
from support.whole_graphs import STATEFUL, tflm_takes, whole_graphs

from tinyq.emulator.reference import run_reference
from tinyq.firmware.board import load_board
from tinyq.frontend.tflite import import_tflite
from tinyq.kernels import Optimize, Target
from tinyq.pipeline import compile_tflite


@examples(4, compiled=True)
@given(case=whole_graphs(tflm_takes, without=STATEFUL))
def test_whole_graphs_are_exact_on_the_device(case: Case) -> None:
    expected = run_reference(import_tflite(case.tflite, "net", "net.tflite"), case.inputs)
    goals = (compile_tflite(case.tflite, "net", "net.tflite", Target("dsp", goal)) for goal in get_args(Optimize))
    cases = [KernelCase(each.graph, each.selection, each.plan, case.inputs, expected, case.text) for each in goals]
    assert_exact_on(load_board("mps2_an386"), cases)
