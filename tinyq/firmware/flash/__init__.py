"""Ways to put an image onto a board: one file a method, found by its name in `[flash_methods.<name>]` of a board.

Such a file has four names:

    KEYS: Keys                                          what its section of the board's TOML holds
    def find(wanted: Wanted) -> Sequence[Device]        the devices that it could write to now, without touching them
    def looked_for(wanted: Wanted) -> str               what `find` looks for, and how it comes to be there
    def flash(device: Device, wanted: Wanted) -> str    writes the image and checks it; returns what was checked

A method that lacks something on this machine (a program, a permission) finds nothing, or raises a `TinyqError` that
says what to do. Such a file imports nothing heavy: board.py reads the keys of every board.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from tinyq.firmware.board import Board
    from tinyq.firmware.built import BuiltImage


@dataclass(frozen=True)
class Keys:
    """The keys of a method's section, each with the type of its value."""

    required: Mapping[str, type] = field(default_factory=dict)
    optional: Mapping[str, type] = field(default_factory=dict)


class Display(Protocol):
    """Where a method tells how far it is."""

    def stage(self, text: str) -> None:
        """It turns to something new."""

    def progress(self, what: str, done: int, total: int) -> None:
        """It has come so far with it."""


@dataclass(frozen=True)
class Device:
    """Something that an image can be written to.

    Attributes:
        address: what `--port` calls it: a serial port, a probe's serial number, a folder.
        title: what it is, for people.
    """

    address: str
    title: str

    def __str__(self) -> str:
        return f"{self.address} ({self.title})"


@dataclass(frozen=True)
class Wanted:
    """What is to be done.

    Attributes:
        image: what is to be written.
        board: the board that it was built for.
        parameters: the board's section of the method.
        port: the device that the user named; None to find one.
        display: is told how far it is.
    """

    image: "BuiltImage"
    board: "Board"
    parameters: Mapping[str, Any]
    port: str | None
    display: Display


class Method(Protocol):
    """A file in this folder."""

    KEYS: Keys

    def find(self, wanted: Wanted) -> Sequence[Device]:
        """The devices that could be written to now."""

    def looked_for(self, wanted: Wanted) -> str:
        """What `find` looks for, and what to do so that it is there: the line of a list."""

    def flash(self, device: Device, wanted: Wanted) -> str:
        """Write the image, check it, and say what was checked.

        Raises:
            TinyqError: it could not be written; the text says what state the board is in and what to do.
        """


def method_names() -> tuple[str, ...]:
    """The names of all methods, sorted."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_")))


def method(name: str) -> Method:
    """The method of that name."""
    return cast("Method", import_module(f"{__name__}.{name}"))


def method_keys(name: str) -> Keys:
    """What a method's section of a board's TOML holds."""
    return method(name).KEYS
