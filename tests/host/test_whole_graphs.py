"""Graphs of 3 to 30 operators of any kind: NumPy, the oracle and the C of every goal agree on every byte."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.c_library import functions_of_this_machine
from support.cases import Case, cases_of
from support.cases._case import Array
from support.compilers import compile_c, run_program
from support.examples import examples
from support.grafting import Grafted
from support.host_c import compile_quickly
from support.host_program import ADDRESS_AND_UNDEFINED, SANITIZED, write_program
from support.oracles import litert_takes, oracle_answers, xnnpack_answers
from support.whole_graphs import tflm_takes, whole_graphs

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.host import HostModel
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.packing import pack, unpack
from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Arithmetic
from tinyq.kernels import InstructionSet, Optimize, Target
from tinyq.pipeline import compile_tflite

ORACLES: dict[Arithmetic, tuple[Callable[[Case], bool], Callable[[Case], tuple[Array, ...]]]] = {
    "tflm": (tflm_takes, oracle_answers),
    "xnnpack": (litert_takes, xnnpack_answers),
}


def assert_all_agree(data: st.DataObject, arithmetic: Arithmetic, instruction_set: InstructionSet) -> None:
    takes, answers = ORACLES[arithmetic]
    case = data.draw(whole_graphs(takes))
    graph = import_tflite(case.tflite, "net", "net.tflite", arithmetic)
    with functions_of_this_machine():
        as_here = run_reference(graph, case.inputs, steps=case.steps)
    flat = [array.reshape(each.shape) for array, each in zip(answers(case), as_here, strict=True)]
    assert mismatches(as_here, flat) == 0, "the oracle differs"
    expected = run_reference(graph, case.inputs, steps=case.steps)
    for goal in get_args(Optimize):
        model = compile_tflite(case.tflite, "net", "net.tflite", Target(instruction_set, goal, arithmetic))
        passed = run_reference(model.graph, case.inputs, steps=case.steps)
        assert mismatches(expected, passed) == 0, f"the passes for {goal} change it"
        with tempfile.TemporaryDirectory() as folder:
            host = HostModel(model.generated, model.layers, compile_quickly(), Path(folder))
            assert mismatches(expected, host.run(case.inputs, steps=case.steps)) == 0, f"the C for {goal} differs"


@pytest.mark.parametrize("instruction_set", get_args(InstructionSet))
@pytest.mark.parametrize("arithmetic", ORACLES)
@examples(5, compiled=True)
@given(data=st.data())
def test_whole_graphs_are_exact(arithmetic: Arithmetic, instruction_set: InstructionSet, data: st.DataObject) -> None:
    assert_all_agree(data, arithmetic, instruction_set)


@pytest.mark.slow
@pytest.mark.parametrize("instruction_set", get_args(InstructionSet))
@pytest.mark.parametrize("arithmetic", ORACLES)
@examples(20, at_random=True, compiled=True)
@given(data=st.data())
def test_whole_graphs_are_exact_in_a_long_sweep(
    arithmetic: Arithmetic, instruction_set: InstructionSet, data: st.DataObject
) -> None:
    assert_all_agree(data, arithmetic, instruction_set)


@examples(5)
@given(first=cases_of("RELU"), second=cases_of("UNIDIRECTIONAL_SEQUENCE_LSTM"))
def test_a_case_in_a_whole_graph_keeps_all_of_its_tensors(first: Case, second: Case) -> None:
    """The last intermediate tensor of an LSTM says the scale of its state."""
    whole, (samples,) = Grafted(), second.inputs
    outputs = [output.name for case in (first, second) for output in whole.graft(case.tflite, [None])[1]]
    inputs = (np.resize(first.inputs[0], (len(samples), *first.inputs[0].shape[1:])), samples)
    together = run_oracle(whole.file(outputs), 2, inputs, steps=second.steps)
    assert mismatches(together[1:], oracle_answers(second)) == 0


@examples(6, compiled=True)
@given(case=whole_graphs(tflm_takes))
def test_whole_graphs_run_without_undefined_behaviour(case: Case) -> None:
    model = compile_tflite(case.tflite, "net", "net.tflite")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = write_program(model, folder, case.steps)
        compile_c("gcc", [*SANITIZED, *ADDRESS_AND_UNDEFINED], sources, folder, folder / "program")
        stdout = run_program(folder / "program", pack(case.inputs, model.generated.inputs).tobytes())
    answers = unpack(np.frombuffer(stdout, np.uint8).reshape(len(case.inputs[0]), -1), model.generated.outputs)
    assert mismatches(run_reference(model.graph, case.inputs, steps=case.steps), answers) == 0
