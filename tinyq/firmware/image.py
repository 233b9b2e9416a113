"""The linked firmware: its sizes, and the forms in which devices take it."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.uf2 import uf2

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import Section, Symbol

_WEIGHTS_SECTION, _STACK_SECTION = ".weights", ".stack"
_ERASED = 0xFF


@dataclass(frozen=True)
class ImageSizes:
    """What an image takes of its board, all in bytes.

    Attributes:
        flash_bytes: length of the `.bin`: all that is programmed, gaps included.
        code_bytes: the part of it that is not the model's constants.
        ram_bytes: stack and variables, the arena among them, gaps included.
        arena_bytes: the model's arena.
        stack_bytes: the stack; 0 where a framework's linker script decides.
        weight_bytes: the model's constants: weights, biases, multipliers and tables; 0 there too.
    """

    flash_bytes: int
    code_bytes: int
    ram_bytes: int
    arena_bytes: int
    stack_bytes: int
    weight_bytes: int


@dataclass(frozen=True)
class ImageFiles:
    """Where `write_image` put the image.

    Attributes:
        elf: with symbols, for debuggers and emulators.
        hex: Intel HEX, addresses included.
        bin: raw bytes, the first one belongs to the start of the board's flash.
        uf2: for the board's drive; None where the board takes none.
    """

    elf: Path
    hex: Path
    bin: Path
    uf2: Path | None = None


def image_kinds(board: Board) -> tuple[str, ...]:
    """The forms in which a build leaves the image: `firmware.<kind>`."""
    return ("elf", "hex", "bin") if board.uf2_family is None else ("elf", "hex", "bin", "uf2")


def image_sizes(elf: Path, identifier: str, board: Board) -> ImageSizes:
    """Measure an image.

    Args:
        elf: the linked image.
        identifier: the model's C identifier, which its arena is named after.
        board: the board that it was linked for.

    Raises:
        TinyqError: the file is not an image that tinyq linked.
    """
    with elf.open("rb") as stream:
        parsed = _parse(elf, stream)
        symbols = parsed.get_section_by_name(".symtab")
        arena = _symbol(elf, symbols, f"{identifier}_arena")
        weights = parsed.get_section_by_name(_WEIGHTS_SECTION)
        if parsed.get_section_by_name(_STACK_SECTION) is None:  # not linked by tinyq's linker script
            stack, ram_bytes = 0, _variable_bytes(parsed)
        else:
            stack = _symbol(elf, symbols, "stack_top")["st_value"] - _symbol(elf, symbols, "stack_bottom")["st_value"]
            ram_bytes = _symbol(elf, symbols, "bss_end")["st_value"] - board.ram.origin
    flash_bytes = len(binary(elf, board))
    weight_bytes = weights["sh_size"] if weights is not None else 0
    return ImageSizes(
        flash_bytes=flash_bytes,
        code_bytes=flash_bytes - weight_bytes,
        ram_bytes=ram_bytes,
        arena_bytes=arena["st_size"],
        stack_bytes=stack,
        weight_bytes=weight_bytes,
    )


def binary(elf: Path, board: Board) -> bytes:
    """The bytes that flash holds from `board.flash.origin` on; gaps are 0xFF, as in erased flash.

    Raises:
        TinyqError: the file is not an image for this board.
    """
    content = bytearray()
    with elf.open("rb") as stream:
        for segment in _parse(elf, stream).iter_segments("PT_LOAD"):
            start, data = segment["p_paddr"] - board.flash.origin, segment.data()
            if data and not 0 <= start <= board.flash.bytes - len(data):
                raise TinyqError(
                    f"{elf}: holds {len(data)} bytes at {segment['p_paddr']:#x}, outside of the flash of {board.title}",
                    "build it again for this board",
                )
            if data:
                content.extend(bytes([_ERASED]) * (start + len(data) - len(content)))
                content[start : start + len(data)] = data
    return bytes(content)


def intel_hex(elf: Path, board: Board) -> str:
    """The same bytes as `binary`, as Intel HEX with their addresses and the start address.

    Raises:
        TinyqError: the file is not an image for this board.
    """
    from intelhex import IntelHex

    image, text = IntelHex(), io.StringIO()
    image.frombytes(binary(elf, board), offset=board.flash.origin)
    image.write_hex_file(text)
    return text.getvalue()


def image_compiler(elf: Path) -> str:
    """What compiled an image, as its section `.comment` says it, such as `clang version 22.1.8`.

    Raises:
        TinyqError: the file is not an ELF file.
    """
    with elf.open("rb") as stream:
        comment = _parse(elf, stream).get_section_by_name(".comment")
        said: bytes = comment.data() if comment is not None else b""
    return next((text for text in said.decode(errors="replace").split("\0") if text), "unknown")


def write_image(elf: Path, board: Board, folder: Path) -> ImageFiles:
    """Put `firmware.elf` and its other forms into a folder; each appears whole or not at all.

    Raises:
        TinyqError: the ELF is not an image for this board, or the folder can't be written.
    """
    content = {"elf": elf.read_bytes(), "hex": intel_hex(elf, board).encode(), "bin": binary(elf, board)}
    if board.uf2_family is not None:
        content["uf2"] = uf2(content["bin"], board.flash.origin, board.uf2_family)
    files = {kind: folder / f"firmware.{kind}" for kind in content}
    try:
        for kind, path in files.items():
            _write_whole(path, content[kind])
    except OSError as error:
        raise TinyqError(
            f"{folder}: could not write the firmware: {error.strerror}",
            "free some space there, or choose another folder with --out",
        ) from error
    return ImageFiles(**files)


def _write_whole(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        beside.chmod(0o644)  # mkstemp keeps others from reading
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _parse(elf: Path, stream: BinaryIO) -> ELFFile:
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        return ELFFile(stream)
    except ELFError as error:
        raise TinyqError(f"{elf}: not an ELF file: {error}", "build the firmware again") from error


def _variable_bytes(parsed: ELFFile) -> int:
    """Bytes of all sections that lie in memory and can be written."""
    from elftools.elf.constants import SH_FLAGS

    wanted = SH_FLAGS.SHF_ALLOC | SH_FLAGS.SHF_WRITE
    return sum(section["sh_size"] for section in parsed.iter_sections() if section["sh_flags"] & wanted == wanted)


def _symbol(elf: Path, table: Section | None, name: str) -> Symbol:
    from elftools.elf.sections import SymbolTableSection

    found = table.get_symbol_by_name(name) if isinstance(table, SymbolTableSection) else None
    if not found:
        raise TinyqError(f"{elf}: has no symbol {name}", "build the firmware again")
    return found[0]
