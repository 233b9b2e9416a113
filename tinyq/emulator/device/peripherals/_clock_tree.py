"""Clock trees: what frequency a board's start-up code has really set, and whether that is what its TOML promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board

# 8 data bits are read right up to 5 % off, shared between both ends and their oscillators.
_BAUD_TOLERANCE = 0.01

_Tree = TypeVar("_Tree", bound="ClockTree")


class ClockTree(Registers):
    """The registers that decide the frequencies."""

    def processor_hz(self) -> int:
        """The frequency of the processor."""
        raise NotImplementedError

    def require(self, fact: bool, complaint: str) -> None:  # noqa: FBT001 # reads as a sentence
        """Refuse what the hardware would not do.

        Raises:
            TinyqError: `fact` is not so.
        """
        if not fact:
            raise TinyqError(f"{self.name}: {complaint}", "this is a fault of the board's clock driver or TOML file")


def clock_tree(kind: type[_Tree], blocks: Sequence[Peripheral]) -> _Tree:
    """The clock tree among the blocks of a board."""
    return next(block for block in blocks if isinstance(block, kind))


def check_speed(tree: ClockTree, board: Board) -> None:
    """Check that the processor runs as fast as its board promises.

    Raises:
        TinyqError: it does not.
    """
    found, promised = tree.processor_hz(), board.clock_hz
    tree.require(found == promised, f"the processor runs at {found:,} Hz, {board.name}.toml promises {promised:,} Hz")


def check_baud(tree: ClockTree, board: Board, symbols: float) -> None:
    """Check the speed of the serial port.

    Raises:
        TinyqError: it is not what the board promises.
    """
    promised = board.serial.baud
    tree.require(
        abs(symbols / promised - 1) < _BAUD_TOLERANCE,
        f"the serial port runs at {symbols:,.0f} baud, {board.name}.toml promises {promised:,}",
    )
