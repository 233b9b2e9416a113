"""The tiny model's image for any board, built once a session."""

import tempfile
from functools import cache
from pathlib import Path

from support.tiny_model import tiny_model, tiny_self_test
from tinyq.codegen.write import write_if_changed
from tinyq.firmware.board import Board, board_names, load_board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.firmware.toolchain import Toolchain

#: Boards that the device engine runs. Unicorn has no Cortex-M55; QEMU has one (test_boot_in_qemu.py).
EMULATED_BOARDS = [name for name in board_names() if load_board(name).cpu != "cortex-m55"]
_kept: list[tempfile.TemporaryDirectory[str]] = []


@cache
def tiny_image(name: str, toolchain: Toolchain = "zig") -> Path:
    """`firmware.elf` for the board `name`."""
    _kept.append(tempfile.TemporaryDirectory(prefix="tinyq-"))
    return build(Path(_kept[-1].name), load_board(name), toolchain)


def build(folder: Path, board: Board, toolchain: Toolchain = "zig") -> Path:
    """`firmware.elf` for a board that need not be in boards/."""
    write_if_changed(folder, project_files(tiny_model(), board, toolchain, tiny_self_test()))
    return build_image(folder, toolchain)
