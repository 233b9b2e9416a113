"""Sizes and forms of the linked image."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from intelhex import IntelHex

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.board_parts import Memory
from tinyq.firmware.image import binary, image_compiler, image_sizes, intel_hex, write_image

NANO33 = load_board("nano33")


def test_sizes_add_up(tiny_elf: Path) -> None:
    sizes = image_sizes(tiny_elf, "tiny", NANO33)
    assert (sizes.arena_bytes, sizes.stack_bytes, sizes.weight_bytes) == (16, 4096, 8)
    assert sizes.flash_bytes == sizes.code_bytes + sizes.weight_bytes == len(binary(tiny_elf, NANO33))
    assert sizes.ram_bytes >= sizes.stack_bytes + sizes.arena_bytes


def test_the_binary_begins_with_stack_and_reset_address(tiny_elf: Path) -> None:
    image = binary(tiny_elf, NANO33)
    stack, reset = int.from_bytes(image[:4], "little"), int.from_bytes(image[4:8], "little")
    assert stack == NANO33.ram.origin + NANO33.stack_bytes
    assert reset & 1, "Thumb"
    assert NANO33.flash.origin < reset < NANO33.flash.origin + len(image)


def test_the_hex_file_holds_the_same_bytes_at_their_addresses(tiny_elf: Path) -> None:
    parsed = IntelHex(io.StringIO(intel_hex(tiny_elf, NANO33)))
    assert parsed.minaddr() == NANO33.flash.origin
    assert parsed.tobinstr() == binary(tiny_elf, NANO33)


def test_written_files_are_complete_and_alone(tiny_elf: Path, tmp_path: Path) -> None:
    files = write_image(tiny_elf, NANO33, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firmware.bin", "firmware.elf", "firmware.hex"]
    assert files.bin.read_bytes() == binary(tiny_elf, NANO33)


def test_the_image_names_its_compiler(tiny_elf: Path) -> None:
    assert image_compiler(tiny_elf).startswith("clang version ")


def test_an_image_for_another_board_is_refused(tiny_elf: Path) -> None:
    other = replace(NANO33, title="Other", flash=Memory(0x0800_0000, 65536))
    with pytest.raises(TinyqError, match=r"bytes at 0x10000, outside of the flash of Other") as caught:
        binary(tiny_elf, other)
    assert caught.value.hint == "build it again for this board"


def test_a_file_that_is_no_elf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "firmware.elf").write_bytes(b"nothing")
    with pytest.raises(TinyqError) as caught:
        binary(tmp_path / "firmware.elf", NANO33)
    assert str(caught.value) == (
        f"{tmp_path / 'firmware.elf'}: not an ELF file: Magic number does not match\n  hint: build the firmware again"
    )


def test_a_missing_arena_is_named(tiny_elf: Path) -> None:
    with pytest.raises(TinyqError) as caught:
        image_sizes(tiny_elf, "other", NANO33)
    assert str(caught.value) == f"{tiny_elf}: has no symbol other_arena\n  hint: build the firmware again"
