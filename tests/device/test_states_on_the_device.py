"""A stateful model in the firmware image: between two samples it keeps its state, and a reset starts a new sequence."""

from pathlib import Path

import numpy as np
import pytest
from support.running_sum import running_sum, sums
from support.serial_line import SerialLine

from tinyq.codegen.write import write_if_changed
from tinyq.device_link.board import connected
from tinyq.emulator.device.engine import DeviceEngine
from tinyq.emulator.device.machine import Machine
from tinyq.firmware.board import load_board
from tinyq.firmware.framework import framework_files
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.pipeline import CompiledModel, compile_tflite
from tinyq.pipeline.measure import TestSet, self_test

NANO33 = load_board("nano33")
SAMPLES = np.random.default_rng(4).integers(-60, 60, (24, 1, 4)).astype(np.int8)
TESTS = TestSet((SAMPLES,), None, None)


@pytest.fixture(scope="module")
def compiled() -> CompiledModel:
    return compile_tflite(running_sum(), "total", "total.tflite")


@pytest.fixture(scope="module")
def elf(compiled: CompiledModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("stateful")
    files = project_files(compiled.generated, NANO33, "zig", self_test(compiled, TESTS))
    write_if_changed(project, files)
    return build_image(project)


@pytest.mark.parametrize("steps", [1, 3, 24])
def test_the_image_answers_as_the_sequences_say(steps: int, compiled: CompiledModel, elf: Path) -> None:
    engine = DeviceEngine(elf, NANO33, compiled.generated, workers=2, layers=compiled.layers)
    assert "self-test: passed" in engine.self_test()
    assert np.array_equal(engine.run([SAMPLES], steps=steps)[0], sums(SAMPLES, steps))


def test_a_board_is_reset_over_its_serial_port(compiled: CompiledModel, elf: Path) -> None:
    machine = Machine.load(elf, NANO33)
    machine.run()
    with (
        SerialLine(machine.exchange, bytes(machine.sent)) as line,
        connected(line.name, 115200, compiled.generated) as board,
    ):
        assert np.array_equal(board.run([SAMPLES], steps=6)[0], sums(SAMPLES, 6))


def test_the_arduino_sketch_resets_before_it_runs(compiled: CompiledModel) -> None:
    sketch = next(
        text
        for path, text in framework_files(compiled.generated, NANO33, "arduino", None).items()
        if path.endswith("main.cpp")
    )
    assert sketch.index("total_reset();") < sketch.index("fill_inputs();", sketch.index("void loop()"))
