"""UART of Arm's Cortex-M System Design Kit (Arm DDI 0479, 4.3)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.emulator.device.peripherals._receiver import Receiver
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board

_DATA, _STATE, _CTRL, _BAUDDIV = 0x00, 0x04, 0x08, 0x10
_TX, _RX, _RX_INTERRUPT = 1 << 0, 1 << 1, 1 << 3
_RX_FULL = 1 << 1
_LEAST_DIVISOR = 16


class _Uart(Registers):
    def __init__(self, board: Board) -> None:
        super().__init__("UART", board.serial.parameters["base"])
        self._interrupt, self._receiver = board.serial.parameters["interrupt"], Receiver()

    def read(self, offset: int, size: int) -> int:
        if offset == _STATE:
            return _RX_FULL if self._is(_RX) and self._receiver.has_byte(self.bus) else 0
        return self._receiver.take(self.bus) if offset == _DATA else super().read(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        super().write(offset, size, value)
        if offset != _DATA:
            return
        if not self._is(_TX) or self.values.get(_BAUDDIV, 0) < _LEAST_DIVISOR:
            raise TinyqError("UART: a byte is sent while it is off", "set BAUDDIV and CTRL first")
        self.bus.send(bytes([value & 0xFF]))

    def arrived(self) -> None:
        """Interrupt, if the firmware wants it."""
        if self._is(_RX | _RX_INTERRUPT):
            self.bus.raise_interrupt(self._interrupt)

    def _is(self, bits: int) -> bool:
        return self.values.get(_CTRL, 0) & bits == bits


def peripherals(board: Board) -> Sequence[Peripheral]:
    """The serial port."""
    return (_Uart(board),)
