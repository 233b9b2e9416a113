"""The intrinsics of the implementations in tinyq/kernels/mve equal the NumPy reference, in QEMU's Cortex-M55."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.kernels import KernelCase, batches
from support.mlperf import MODELS, inputs, mlperf_folder
from support.qemu_program import run_in_qemu

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.oracle import has_oracle, run_oracle
from tinyq.emulator.packing import pack, unpack
from tinyq.firmware.board import load_board
from tinyq.kernels import Implementation, Target, implementations
from tinyq.pipeline import compile_tflite

pytestmark = pytest.mark.skipif(shutil.which("qemu-system-arm") is None, reason="qemu-system-arm is not installed")
BOARD = load_board("mps3_an547")
IMPLEMENTATIONS = implementations("mve")
every_implementation = pytest.mark.parametrize(
    "implementation", IMPLEMENTATIONS, ids=[type(each).__name__ for each in IMPLEMENTATIONS]
)
SAMPLES = 20
INPUT_BYTES = 200_000  # of all samples: they lie beside the code, which has 512 KB


@every_implementation
@examples(2, compiled=True)
@given(data=st.data())
def test_an_implementation_equals_the_reference_in_qemu(implementation: Implementation, data: st.DataObject) -> None:
    assert_equal(data.draw(batches("mve", implementation, 16)))


@pytest.mark.slow
@every_implementation
@examples(12, at_random=True, compiled=True)
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


@pytest.mark.skipif(not has_oracle(), reason="the package tflite-micro is not installed")
@pytest.mark.parametrize("name", MODELS)
def test_a_model_answers_as_tensorflow_does_in_fewer_instructions_than_portable_c(name: str, tmp_path: Path) -> None:
    path, samples = mlperf_folder() / f"{name}_int8.tflite", inputs(name)
    samples = samples[: min(SAMPLES, INPUT_BYTES // samples[0].nbytes)]
    (expected,) = run_oracle(path.read_bytes(), 1, (samples,), lambda _done: None)
    instructions = []
    for target in (Target("mve"), Target()):
        model = compile_tflite(path.read_bytes(), name, str(path), target).generated
        rows = pack((samples,), model.inputs)
        (answers,) = run_in_qemu(tmp_path / target.instruction_set, [model], [rows], BOARD)
        (answered,) = unpack(answers.rows, model.outputs)
        np.testing.assert_array_equal(answered, expected)
        instructions.append(answers.instructions)
    assert instructions[0] < 0.7 * instructions[1]
