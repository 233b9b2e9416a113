"""The generated C of each operator runs without undefined behaviour or stray access, and is C++ without a warning."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import FLOAT_OPERATORS, cases_of
from support.compilers import CPP_WARNINGS, compile_c, run_program
from support.examples import examples
from support.host_program import ADDRESS_AND_UNDEFINED, SANITIZED, write_program

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.packing import pack, unpack
from tinyq.emulator.reference import run_reference
from tinyq.kernels import Target
from tinyq.ops import supported_operators
from tinyq.pipeline import compile_tflite


@pytest.mark.parametrize("op", [*supported_operators(), *FLOAT_OPERATORS])
@examples(1, compiled=True)
@given(data=st.data())
def test_an_operator_is_clean(op: str, data: st.DataObject) -> None:
    case = data.draw(cases_of(op))
    model = compile_tflite(case.tflite, "model", "model.tflite", Target(allow_float=case.allow_float))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources, program = write_program(model, folder, case.steps), folder / "program"
        compile_c("g++", ["-std=c++11", *CPP_WARNINGS, "-c", "-x", "c++"], sources[1:], folder, folder / "model.o")
        compile_c("gcc", [*SANITIZED, *ADDRESS_AND_UNDEFINED], sources, folder, program)
        stdout = run_program(program, pack(case.inputs, model.generated.inputs).tobytes())
    answers = unpack(np.frombuffer(stdout, np.uint8).reshape(len(case.inputs[0]), -1), model.generated.outputs)
    assert mismatches(run_reference(model.graph, case.inputs, steps=case.steps), answers) == 0
