"""The virtual boards' images in QEMU, which shares no code with the device engine's peripherals."""

import shutil
import subprocess
from pathlib import Path

import pytest
from support.board_images import tiny_image
from support.mlperf import inputs, mlperf_folder

from tinyq.codegen.write import write_if_changed
from tinyq.firmware.board import Board, board_names, load_board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.measure import TestSet, self_test
from tinyq.pipeline.target import target_of

pytestmark = pytest.mark.skipif(shutil.which("qemu-system-arm") is None, reason="qemu-system-arm is not installed")
SECONDS = 60.0
BOARDS = [name for name in board_names() if load_board(name).qemu_machine is not None]


def said_in_qemu(elf: Path, board: Board) -> str:
    """What an image sends until its self-test has ended."""
    command = ["qemu-system-arm", "-machine", str(board.qemu_machine), "-nographic", "-monitor", "none"]
    command += ["-serial", "stdio", "-kernel", str(elf)]
    lines = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as qemu:
        watchdog = subprocess.Popen(["sh", "-c", f"sleep {SECONDS}; kill {qemu.pid}"])
        assert qemu.stdout is not None
        for line in qemu.stdout:
            lines.append(line.decode(errors="replace"))
            if lines[-1].startswith("self-test"):
                break
        watchdog.kill()
        watchdog.wait()
        qemu.kill()
    return "".join(lines)


@pytest.mark.parametrize("name", BOARDS)
def test_the_tiny_model_passes_its_self_test(name: str) -> None:
    said = said_in_qemu(tiny_image(name), load_board(name))
    assert said.startswith("model: tiny\noutput 0: 0e 0c 11 16 10 15 13 12\ncycles: ")
    assert said.endswith("self-test: passed\n")


@pytest.mark.parametrize("name", BOARDS)
def test_keyword_spotting_passes_its_self_test(name: str, tmp_path: Path) -> None:
    board, tflite = load_board(name), mlperf_folder() / "kws_int8.tflite"
    model = compile_tflite(tflite.read_bytes(), "kws", str(tflite), target_of(board))
    test = self_test(model, TestSet((inputs("kws")[:1],), None, None))
    write_if_changed(tmp_path, project_files(model.generated, board, "zig", test))
    said = said_in_qemu(build_image(tmp_path), board)
    assert said.startswith("model: kws\n")
    assert said.endswith("self-test: passed\n")
