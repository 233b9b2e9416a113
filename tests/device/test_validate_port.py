"""`tinyq validate --port` asks a board: here the emulated one, behind a pseudo-terminal."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from support.graphs import convnet
from support.serial_line import SerialLine

from tinyq.cli import main
from tinyq.codegen.write import write_if_changed
from tinyq.emulator.device.machine import Machine
from tinyq.firmware.board import load_board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.pipeline.compile import compile_tflite

NANO33 = load_board("nano33")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """net.tflite, with net.npz and its firmware beside it."""
    folder = tmp_path_factory.mktemp("net")
    path = folder / "net.tflite"
    path.write_bytes(convnet())
    chance = np.random.default_rng(2)
    np.savez(
        folder / "net.npz", x=chance.integers(-128, 128, (25, 6, 6, 2)).astype(np.int8), y=chance.integers(0, 3, 25)
    )
    generated = compile_tflite(path.read_bytes(), "net", "net.tflite").generated
    write_if_changed(folder / "project", project_files(generated, NANO33, "zig", None))
    return path


def validate(model: Path, named: Path) -> Result:
    """Ask the board that holds `model` about the model `named`."""
    machine = Machine.load(build_image(model.parent / "project"), NANO33)
    machine.run()
    with SerialLine(machine.exchange, bytes(machine.sent)) as line:
        arguments = ["validate", str(named), "--data", str(model.with_suffix(".npz")), "--engine", "reference"]
        return CliRunner().invoke(main, [*arguments, "--port", line.name])


def test_the_board_agrees_with_the_reference_on_every_value(model: Path) -> None:
    result = validate(model, model)
    assert result.exit_code == 0, result.output
    assert "int8, board" in result.output
    assert "0 of 75" in result.output


def test_a_board_with_another_model_is_refused(model: Path, tmp_path: Path) -> None:
    other = tmp_path / "net.tflite"
    other.write_bytes(model.read_bytes() + b"\0\0\0\0")  # the same net, but not the same file
    result = validate(model, other)
    assert result.exit_code == 1
    assert "the board (nano33) holds the model net (SHA-256 " in result.output
    assert "  hint: run `tinyq build` and `tinyq flash --board nano33` with this model first\n" in result.output
