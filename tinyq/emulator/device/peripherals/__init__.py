"""The peripherals of boards: one file a driver, found by the name that the board's TOML gives the driver.

`[serial] driver = "nrf_uarte"` is emulated by `nrf_uarte.py` here, `[clock] driver = "nrf52"` by `nrf52.py`. Nothing
lists them. Such a file has one function:

    def peripherals(board: Board) -> Sequence[Peripheral]:

It returns every register block that the driver's C touches (a clock driver may need RCC, PWR and the flash controller)
and takes addresses from `board.clock.parameters` and `board.serial.parameters`. A block is a subclass of `Peripheral`,
usually of `Registers`, which keeps what is written; override `write` for what a register starts and `read` for what it
answers. Blocks need no alignment and may share a page; a byte that no block claims reads as 0 and is noted, so that the
error of a program that waits for it in vain can name it.

What a block may ask of the machine it does through `self.bus`, which is set before the first access:

    self.bus.read_memory(address, count)      DMA out of flash or RAM
    self.bus.write_memory(address, data)      DMA into RAM
    self.bus.send(data)                       bytes that have left through the serial port
    self.bus.receive(count)                   at most `count` bytes that have arrived at it
    self.bus.raise_interrupt(number)          external interrupt `number` becomes pending
    self.bus.cycles()                         processor cycles since reset

A serial port that can interrupt also overrides `arrived`, which is called when bytes have come for `self.bus.receive`.

Emulated hardware is ready at once: a clock that was started is running when its status is next read. It must not be
ready before it was started, so that an image which forgets to start it hangs here as it does on the board. What the
hardware would not do (EasyDMA out of flash, a transmitter that is off) is a `TinyqError` that `read` or `write` raises.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyq.firmware.board import Board


class Bus(Protocol):
    """What a peripheral may ask of the machine around it."""

    def read_memory(self, address: int, count: int) -> bytes:
        """The `count` bytes from `address` on, as a DMA controller reads them."""

    def write_memory(self, address: int, data: bytes) -> None:
        """Put `data` into memory from `address` on, as a DMA controller does."""

    def send(self, data: bytes) -> None:
        """`data` has left through the serial port."""

    def receive(self, count: int) -> bytes:
        """The next bytes that arrived at the serial port, at most `count`; empty where none waits."""

    def raise_interrupt(self, number: int) -> None:
        """External interrupt `number` becomes pending."""

    def cycles(self) -> int:
        """Processor cycles since reset."""


class Peripheral:
    """One block of registers.

    Attributes:
        name: for error messages, as the reference manual has it, such as `UARTE0`.
        base: address of its first byte.
        size: bytes that it claims.
        bus: the machine around it.
        neighbours: all blocks of the board, this one among them; a serial port asks the clock tree among them.
    """

    bus: Bus
    neighbours: Sequence[Peripheral] = ()

    def __init__(self, name: str, base: int, size: int = 0x1000) -> None:
        self.name, self.base, self.size = name, base, size

    def read(self, offset: int, size: int) -> int:
        """The value of the `size` bytes (1, 2 or 4) at `base + offset`."""
        raise NotImplementedError

    def write(self, offset: int, size: int, value: int) -> None:
        """Store `value` into the `size` bytes at `base + offset`, with everything that this starts."""
        raise NotImplementedError

    def arrived(self) -> None:
        """Bytes have arrived at the serial port; `self.bus.receive` has them."""


class Registers(Peripheral):
    """A block whose registers keep what is written to them, one word for each aligned offset.

    Attributes:
        values: the words, by offset; what is missing reads as 0.
    """

    def __init__(self, name: str, base: int, size: int = 0x1000, reset: dict[int, int] | None = None) -> None:
        super().__init__(name, base, size)
        self.values: dict[int, int] = dict(reset or {})

    def read(self, offset: int, size: int) -> int:
        """What was last written there."""
        word = self.values.get(offset & ~3, 0)
        return word >> (8 * (offset & 3)) & ((1 << 8 * size) - 1)

    def write(self, offset: int, size: int, value: int) -> None:
        """Keep `value`; the other bytes of the word stay."""
        shift, mask = 8 * (offset & 3), (1 << 8 * size) - 1
        word = self.values.get(offset & ~3, 0)
        self.values[offset & ~3] = word & ~(mask << shift) | (value & mask) << shift


def peripherals_of(board: Board) -> list[Peripheral]:
    """Every emulated block of a board; a driver without a file here has none."""
    known = {module.name for module in iter_modules(__path__)}
    blocks: list[Peripheral] = []
    for driver in sorted({board.clock.driver, board.serial.driver} & known):
        found: Sequence[Peripheral] = import_module(f"{__name__}.{driver}").peripherals(board)
        blocks += found
    for block in blocks:
        block.neighbours = blocks
    return blocks
