"""Every board: the tiny model builds for it with both compilers and boots where it can be emulated."""

import shutil
import struct
from pathlib import Path

import pytest
from support.board_images import EMULATED_BOARDS, tiny_image

from tinyq.device_link.frame import FrameReader, pack
from tinyq.device_link.link import Command
from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.run import Ending
from tinyq.firmware.board import board_names, load_board
from tinyq.firmware.fit import CODE_ALLOWANCE_BYTES
from tinyq.firmware.image import binary, image_kinds, image_sizes, write_image
from tinyq.firmware.toolchain import Toolchain

needs_gcc = pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="arm-none-eabi-gcc is not installed")
COMPILERS = ("zig", pytest.param("gcc", marks=needs_gcc))
TEXT = "model: tiny\noutput 0: 0e 0c 11 16 10 15 13 12\n"

every_board = pytest.mark.parametrize("name", board_names())
every_emulated_board = pytest.mark.parametrize("name", EMULATED_BOARDS)
every_compiler = pytest.mark.parametrize("compiler", COMPILERS)


@every_board
@every_compiler
def test_the_image_begins_with_a_stack_in_ram_and_code_in_flash(name: str, compiler: Toolchain) -> None:
    board, elf = load_board(name), tiny_image(name, compiler)
    image = binary(elf, board)
    stack, *handlers = struct.unpack_from(f"<{16 + board.interrupts}I", image, board.vector_table - board.flash.origin)
    assert stack == board.ram.origin + board.stack_bytes
    assert stack % 8 == 0
    for handler in handlers:
        assert handler & 1, "Thumb"
        assert board.vector_table < handler < board.flash.origin + len(image)


@every_board
@every_compiler
def test_the_image_fits(name: str, compiler: Toolchain) -> None:
    board = load_board(name)
    sizes = image_sizes(tiny_image(name, compiler), "tiny", board)
    assert CODE_ALLOWANCE_BYTES < sizes.flash_bytes < 8192
    assert sizes.stack_bytes == board.stack_bytes
    assert board.stack_bytes + sizes.arena_bytes < sizes.ram_bytes < board.stack_bytes + 512


@every_emulated_board
@every_compiler
def test_the_image_boots_at_the_speed_that_the_board_promises(name: str, compiler: Toolchain) -> None:
    machine = Machine.load(tiny_image(name, compiler), load_board(name))  # its registers check clocks and baud rate
    assert machine.run().ending is Ending.ASLEEP
    said = machine.sent.decode()
    assert said.startswith(TEXT)
    assert said.endswith("self-test: passed\n")


@every_emulated_board
def test_a_request_wakes_the_processor_and_is_answered(name: str) -> None:
    machine = Machine.load(tiny_image(name), load_board(name))
    machine.run()
    (reply,) = FrameReader().feed(machine.exchange(pack(bytes([7, Command.IDENTIFY, 0, 0, 0, 0]))))
    assert f'"board":"{name}"'.encode() in reply


@every_board
def test_the_image_comes_in_the_forms_that_the_board_takes(name: str, tmp_path: Path) -> None:
    board = load_board(name)
    write_image(tiny_image(name), board, tmp_path)
    kinds = {path.suffix.removeprefix(".") for path in tmp_path.iterdir()}
    assert kinds == set(image_kinds(board))
    assert ("uf2" in kinds) == (board.uf2_family is not None)


def test_a_raw_image_boots_from_behind_its_boot_code(tmp_path: Path) -> None:
    board = load_board("rpi_pico")
    machine = Machine.load(write_image(tiny_image("rpi_pico"), board, tmp_path).bin, board)
    machine.run()
    assert machine.sent.endswith(b"self-test: passed\n")
