"""Boards: each is one TOML file in boards/, named after the board."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tinyq.errors import TinyqError
from tinyq.firmware.cpu import CPUS, Cpu
from tinyq.firmware.driver import driver_names, driver_parameters
from tinyq.resources import boards_folder


@dataclass(frozen=True)
class Memory:
    """A range of addresses that the application owns.

    Attributes:
        origin: address of the first byte.
        bytes: size.
    """

    origin: int
    bytes: int


@dataclass(frozen=True)
class Serial:
    """The port that texts leave by.

    Attributes:
        driver: the template platform/serial/<driver>.c.j2.
        baud: symbols a second.
        parameters: what else that template asks for, such as addresses and pins.
    """

    driver: str
    baud: int
    parameters: Mapping[str, int]


@dataclass(frozen=True)
class Clock:
    """How the processor comes to its speed.

    Attributes:
        driver: the template platform/clock/<driver>.c.j2.
        parameters: what that template asks for.
    """

    driver: str
    parameters: Mapping[str, int]


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

    @property
    def processor(self) -> Cpu:
        """What the compilers must know of the processor."""
        return CPUS[self.cpu]


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
_MEMORY_KEYS: Mapping[str, type] = {"origin": int, "bytes": int}
_TYPE_NAMES = {str: "a text", int: "an integer", list: "a list", dict: "a section"}


def board_names() -> tuple[str, ...]:
    """The names of all boards, sorted; aliases are not among them."""
    return tuple(sorted(path.stem for path in boards_folder().glob("*.toml")))


def load_board(name: str) -> Board:
    """The board that is called `name`, or has it as an alias.

    Raises:
        TinyqError: there is none of that name, or its file is malformed.
    """
    boards = {board: read_board(boards_folder() / f"{board}.toml") for board in board_names()}
    aliases = {alias: board for board in boards.values() for alias in board.aliases}
    found = boards.get(name) or aliases.get(name)
    if found is None:
        raise _unknown_board(name, tuple(boards), tuple(aliases))
    return found


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
    table = _toml(path)
    _check_keys(path, "", table, _BOARD_KEYS)
    if table["cpu"] not in CPUS:
        raise TinyqError(f"{path}: cpu = {table['cpu']!r} is unknown", f"accepted: {', '.join(CPUS)}")
    serial = _driver_parameters(path, "serial", table["serial"], {"driver": str, "baud": int})
    clock = _driver_parameters(path, "clock", table["clock"], {"driver": str})
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
    )


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TinyqError(
            f"{path}: not a TOML file: {error}", "boards/nano33.toml is a board file to compare it with"
        ) from error


def _memory(path: Path, section: str, table: Mapping[str, Any]) -> Memory:
    _check_keys(path, section, table, _MEMORY_KEYS)
    return Memory(table["origin"], table["bytes"])


def _driver_parameters(
    path: Path, section: str, table: Mapping[str, Any], own: Mapping[str, type]
) -> Mapping[str, int]:
    """The parameters of the driver that a section names; the driver's template decides which there are."""
    driver, known = table.get("driver"), driver_names(section)
    if driver not in known:
        found = "is missing" if driver is None else f"= {driver!r} is unknown"
        raise TinyqError(f"{path}: {section}.driver {found}", f"accepted: {', '.join(known)}")
    parameters = driver_parameters(section, driver) - own.keys()
    _check_keys(path, section, table, {**own, **dict.fromkeys(sorted(parameters), int)})
    return {name: table[name] for name in sorted(parameters)}


def _check_keys(path: Path, section: str, table: Mapping[str, Any], accepted: Mapping[str, type]) -> None:
    prefix = f"{section}." if section else ""
    hint = f"keys of {f'[{section}]' if section else 'a board'}: {', '.join(accepted)}"
    for key in table:
        if key not in accepted:
            raise TinyqError(f"{path}: unknown key {prefix}{key}", hint)
    for key, kind in accepted.items():
        if key not in table:
            raise TinyqError(f"{path}: key {prefix}{key} is missing", hint)
        if type(table[key]) is not kind:  # isinstance would take true for an integer
            raise TinyqError(f"{path}: {prefix}{key} = {table[key]!r} is not {_TYPE_NAMES[kind]}", hint)
