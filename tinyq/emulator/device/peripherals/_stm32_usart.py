"""USARTs of both STM32 generations, which differ in where their registers and bits are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinyq.emulator.device.peripherals import Peripheral
from tinyq.emulator.device.peripherals._clock_tree import check_baud, check_speed
from tinyq.emulator.device.peripherals._receiver import Receiver
from tinyq.emulator.device.peripherals._stm32 import Gate, GatedRegisters, Gpio
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board

_RE, _TE, _RXNEIE = 2, 3, 5
_RXNE, _SENT = 1 << 5, 1 << 6 | 1 << 7
# LPUART1 of L4, H7 and U5: their divisor counts 256ths of a period.
_LOW_POWER = {0x4000_8000, 0x5800_0C00, 0x4600_2400}


@dataclass(frozen=True)
class Layout:
    """Offsets of registers, and the number of the enable bit in CR1."""

    control: int
    divisor: int
    status: int
    receive: int
    transmit: int
    enable: int


class Usart(GatedRegisters):
    """A serial port; it checks its speed when it is switched on."""

    def __init__(self, board: Board, layout: Layout, gpio: Gpio) -> None:
        parameters = board.serial.parameters
        gate = Gate(parameters["enable_register"], parameters["enable_bit"])
        super().__init__("USART", parameters["base"], 0x400, gate)
        self._board, self._layout, self._gpio, self._receiver = board, layout, gpio, Receiver()

    def read(self, offset: int, size: int) -> int:
        """Status and received byte; the rest as it was written."""
        if offset == self._layout.status:
            return _SENT | (_RXNE if self._receives() and self._receiver.has_byte(self.bus) else 0)
        if offset == self._layout.receive:
            return self._receiver.take(self.bus)
        return super().read(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        """Send, or keep the value."""
        was_on = self._is(self._layout.enable)
        super().write(offset, size, value)
        if offset == self._layout.control and self._is(self._layout.enable) and not was_on:
            self._check()
        elif offset == self._layout.transmit:
            if not (self._is(self._layout.enable) and self._is(_TE)):
                raise TinyqError("USART: a byte is sent while it is off", "set UE and TE in its CR1 first")
            self.bus.send(bytes([value & 0xFF]))

    def arrived(self) -> None:
        """Interrupt, if the firmware wants it."""
        if self._receives() and self._is(_RXNEIE):
            self.bus.raise_interrupt(self._board.serial.parameters["interrupt"])

    def _is(self, bit: int) -> bool:
        return bool(self.values.get(self._layout.control, 0) >> bit & 1)

    def _receives(self) -> bool:
        return self._is(self._layout.enable) and self._is(_RE)

    def _check(self) -> None:
        parameters, rcc = self._board.serial.parameters, self.rcc
        check_speed(rcc, self._board)
        scale = 256 if self.base in _LOW_POWER else 1
        divisor = self.values.get(self._layout.divisor, 0)
        least = 0x300 if scale > 1 else 16
        rcc.require(divisor >= least, f"the serial port's divisor is {divisor}; the least is {least}")
        check_baud(rcc, self._board, rcc.bus_hz(parameters["enable_register"]) * scale / divisor)
        for line in ("tx", "rx"):
            port, pin = parameters[f"{line}_port"], parameters[f"{line}_pin"]
            found, wanted = self._gpio.function(port, pin), parameters["alternate_function"]
            rcc.require(found == wanted, f"pin {line} is not connected: found function {found}, wanted {wanted}")


def usart(board: Board, layout: Layout) -> Sequence[Peripheral]:
    """The serial port, and the GPIO ports that its pins belong to."""
    parameters = board.serial.parameters
    gpio = Gpio(parameters["gpio_base"], parameters["gpio_enable_register"])
    return (Usart(board, layout, gpio), gpio)
