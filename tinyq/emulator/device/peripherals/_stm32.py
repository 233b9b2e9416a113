"""What STM32 families share: clock gates, oscillators and PLLs that are ready when they were started, GPIO."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinyq.emulator.device.peripherals import Registers
from tinyq.emulator.device.peripherals._clock_tree import ClockTree, clock_tree
from tinyq.errors import TinyqError

_PORT_BYTES = 0x400
_PORTS = 11  # A to K
_MODER, _AFRL = 0x00, 0x20
_ALTERNATE = 2

# Where a family's ready flag follows an enable bit: (number of the enable bit, number of the flag).
Flags = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Gate:
    """The bit that switches the clock of a peripheral on."""

    register: int
    bit: int


def field(word: int, low: int, bits: int) -> int:
    """The `bits` bits of `word` from number `low` on."""
    return word >> low & ((1 << bits) - 1)


def followed(word: int, flags: Flags) -> int:
    """`word` with each flag as its enable bit is."""
    for enable, flag in flags:
        word = word & ~(1 << flag) | (word >> enable & 1) << flag
    return word


def apb_divider(code: int) -> int:
    """What an APB prescaler's 3 bits divide by."""
    return 1 if code < 4 else 2 << (code & 3)


def ahb_divider(code: int) -> int:
    """What an AHB prescaler's 4 bits divide by; there is no 32."""
    return 1 if code < 8 else (2, 4, 8, 16, 64, 128, 256, 512)[code & 7]


class Rcc(ClockTree):
    """Reset and clock control."""

    def word(self, offset: int) -> int:
        """The value of a register."""
        return self.values.get(offset, 0)

    def bus_hz(self, register: int) -> int:
        """The frequency of the bus whose peripherals `register` (an address) switches on."""
        raise NotImplementedError

    def supplies(self, port: int) -> bool:
        """Whether the pins of a GPIO port (0 for A) have their supply."""
        return port >= 0

    def is_on(self, gate: Gate) -> bool:
        """Whether a peripheral has its clock."""
        return bool(self.word(gate.register - self.base) >> gate.bit & 1)


class GatedRegisters(Registers):
    """Registers that take nothing while their clock is off."""

    def __init__(self, name: str, base: int, size: int, gate: Gate, reset: dict[int, int] | None = None) -> None:
        super().__init__(name, base, size, reset)
        self._gate = gate

    @property
    def rcc(self) -> Rcc:
        """The board's clock control."""
        return clock_tree(Rcc, self.neighbours)

    def gate_of(self, _offset: int) -> Gate:
        """The gate of the register at an offset."""
        return self._gate

    def write(self, offset: int, size: int, value: int) -> None:
        """Keep `value`, if there is a clock."""
        gate = self.gate_of(offset)
        if not self.rcc.is_on(gate):
            raise TinyqError(
                f"{self.name}+{offset:#x} is written while its clock is off",
                f"set bit {gate.bit} of {gate.register:#010x} first",
            )
        super().write(offset, size, value)


class Gpio(GatedRegisters):
    """All GPIO ports, one behind the other."""

    def __init__(self, base: int, enable_register: int) -> None:
        super().__init__("GPIO", base, _PORTS * _PORT_BYTES, Gate(enable_register, 0))

    def gate_of(self, offset: int) -> Gate:
        """Each port has its own bit."""
        return Gate(self._gate.register, offset // _PORT_BYTES)

    def function(self, port: int, pin: int) -> int | None:
        """The alternate function that a pin is given to; None for a pin without one, or without supply."""
        start = port * _PORT_BYTES
        if field(self.values.get(start + _MODER, 0), 2 * pin, 2) != _ALTERNATE or not self.rcc.supplies(port):
            return None
        return field(self.values.get(start + _AFRL + 4 * (pin // 8), 0), 4 * (pin % 8), 4)
