"""Boards: each is one TOML file in boards/, named after the board."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tinyq.errors import TinyqError
from tinyq.firmware.board_keys import check_flash_method, check_keys, check_positive, driver_section, read_toml
from tinyq.firmware.board_parts import ActiveCurrent, Boot, Clock, Framework, Memory, Serial
from tinyq.firmware.cpu import CPUS, Cpu
from tinyq.resources import boards_folder


@dataclass(frozen=True)
class Board:
    """A board, as its TOML file describes it.

    Attributes:
        name: the file's stem; what `--board` takes.
        title: its name in its shop.
        aliases: other names that `--board` takes.
        cpu: the processor, a key of `tinyq.firmware.cpu.CPUS`.
        clock_hz: cycles a second once the clock driver has run.
        interrupts: number of external interrupts, which the vector table must cover.
        stack_bytes: size of the stack.
        flash: the part of the flash that the application owns.
        ram: the same of the RAM.
        clock: how the processor comes to its speed.
        serial: where texts go.
        flash_wait_cycles: processor cycles that each line of constants costs which is read from flash once; 0 where
            nobody measured it.
        flash_line_bytes: size of such a line.
        flash_methods: how an image gets onto it, the best way first: names of files in tinyq/firmware/flash/ and what
            each asks for.
        boot: code in front of the vector table; None for almost all boards.
        uf2_family: the family ID of its `.uf2` files (https://github.com/microsoft/uf2); None where it takes none.
        virtual: whether it exists in emulators only.
        qemu_machine: what QEMU calls it; None where QEMU lacks it.
        frameworks: for `--framework NAME`, what PlatformIO calls it.
        active_current: what its processor draws while it computes; None where no published figure was found.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    cpu: str
    clock_hz: int
    interrupts: int
    stack_bytes: int
    flash: Memory
    ram: Memory
    clock: Clock
    serial: Serial
    flash_wait_cycles: int = 0
    flash_line_bytes: int = 16
    flash_methods: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    boot: Boot | None = None
    uf2_family: int | None = None
    virtual: bool = False
    qemu_machine: str | None = None
    frameworks: Mapping[str, Framework] = field(default_factory=dict)
    active_current: ActiveCurrent | None = None

    @property
    def processor(self) -> Cpu:
        """What the compilers must know of the processor."""
        return CPUS[self.cpu]

    @property
    def vector_table(self) -> int:
        """Address of the vector table, the first thing in flash but for the boot code."""
        return self.flash.origin + (self.boot.bytes if self.boot is not None else 0)


_BOARD_KEYS: Mapping[str, type] = {
    "title": str,
    "aliases": list,
    "cpu": str,
    "clock_hz": int,
    "interrupts": int,
    "stack_bytes": int,
    "flash": dict,
    "ram": dict,
    "clock": dict,
    "serial": dict,
}
# A board file may leave these out; the class has their values then.
_OPTIONAL_KEYS: Mapping[str, type] = {
    "flash_wait_cycles": int,
    "flash_line_bytes": int,
    "flash_methods": dict,
    "boot": dict,
    "uf2_family": int,
    "virtual": bool,
    "qemu_machine": str,
    "frameworks": dict,
    "active_current": dict,
}
_MEMORY_KEYS: Mapping[str, type] = {"origin": int, "bytes": int}
_FRAMEWORK_KEYS: Mapping[str, type] = {"platform": str, "board": str}
_CURRENT_KEYS: Mapping[str, type] = {"microamperes": int, "clock_hz": int, "millivolts": int, "source": str}


def board_names() -> tuple[str, ...]:
    """The names of all boards, sorted; aliases are not among them."""
    return tuple(sorted(path.stem for path in boards_folder().glob("*.toml")))


def load_board(name: str) -> Board:
    """The board that is called `name`, or has it as an alias.

    Raises:
        TinyqError: there is none of that name, or its file is malformed.
    """
    names = board_names()
    if name in names:
        return read_board(boards_folder() / f"{name}.toml")
    boards = (read_board(boards_folder() / f"{board}.toml") for board in names)
    aliases = {alias: board for board in boards for alias in board.aliases}
    if name not in aliases:
        raise _unknown_board(name, names, tuple(aliases))
    return aliases[name]


def _unknown_board(name: str, boards: tuple[str, ...], aliases: tuple[str, ...]) -> TinyqError:
    near = difflib.get_close_matches(name, [*boards, *aliases], n=1)
    question = f"did you mean {near[0]}? " if near else ""
    return TinyqError(
        f"unknown board {name!r}; known boards: {', '.join(boards)}",
        f"{question}`tinyq boards` describes each",
    )


@cache
def read_board(path: Path) -> Board:
    """The board that a TOML file describes.

    Raises:
        TinyqError: the file is not TOML, or a key is unknown, missing or of the wrong type.
    """
    table = read_toml(path)
    check_keys(path, "", table, _BOARD_KEYS, _OPTIONAL_KEYS)
    if table["cpu"] not in CPUS:
        raise TinyqError(f"{path}: cpu = {table['cpu']!r} is unknown", f"accepted: {', '.join(CPUS)}")
    serial = driver_section(path, "serial", table["serial"], {"driver": str, "baud": int})
    clock = driver_section(path, "clock", table["clock"], {"driver": str})
    for method, parameters in table.get("flash_methods", {}).items():
        check_flash_method(path, method, parameters)
    return Board(
        name=path.stem,
        title=table["title"],
        aliases=tuple(table["aliases"]),
        cpu=table["cpu"],
        clock_hz=table["clock_hz"],
        interrupts=table["interrupts"],
        stack_bytes=table["stack_bytes"],
        flash=_memory(path, "flash", table["flash"]),
        ram=_memory(path, "ram", table["ram"]),
        clock=Clock(table["clock"]["driver"], clock),
        serial=Serial(table["serial"]["driver"], table["serial"]["baud"], serial),
        **_optional(path, table),
    )


def _memory(path: Path, section: str, table: Mapping[str, Any]) -> Memory:
    check_keys(path, section, table, _MEMORY_KEYS)
    return Memory(table["origin"], table["bytes"])


def _optional(path: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that a board file may leave out, as far as this one has them."""
    found = {key: table[key] for key in _OPTIONAL_KEYS if key in table}
    if "boot" in found:
        driver_section(path, "boot", found["boot"], {"driver": str, "bytes": int})
        found["boot"] = Boot(**found["boot"])
    if "frameworks" in found:
        for name, keys in found["frameworks"].items():
            check_keys(path, f"frameworks.{name}", keys, _FRAMEWORK_KEYS)
        found["frameworks"] = {name: Framework(**keys) for name, keys in found["frameworks"].items()}
    if "active_current" in found:
        check_keys(path, "active_current", found["active_current"], _CURRENT_KEYS)
        check_positive(path, "active_current", found["active_current"])
        found["active_current"] = ActiveCurrent(**found["active_current"])
    return found
