"""UART of the RP2040, an Arm PL011 (RP2040 Datasheet, 4.2), with its pins (2.19.6)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.emulator.device.peripherals._clock_tree import ClockTree, check_baud, check_speed, clock_tree
from tinyq.emulator.device.peripherals._receiver import Receiver
from tinyq.emulator.device.peripherals.rp2040 import Resets, peripheral_hz
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board

_DR, _FR, _IBRD, _FBRD, _LCR_H, _CR, _IMSC = 0x00, 0x18, 0x24, 0x28, 0x2C, 0x30, 0x38
_RXFE = 1 << 4
_UARTEN, _TXE, _RXE = 1 << 0, 1 << 8, 1 << 9
_RECEIVE_INTERRUPTS = 1 << 4 | 1 << 6
_IO_BANK0, _IO_RESET_BIT, _PADS_BANK0, _PADS_RESET_BIT = 0x4001_4000, 5, 0x4001_C000, 8
_FUNCTION_UART = 2


class _Block(Registers):
    """Registers that take nothing while RESETS holds them."""

    def __init__(self, name: str, base: int, reset_bit: int) -> None:
        super().__init__(name, base)
        self._reset_bit = reset_bit

    def write(self, offset: int, size: int, value: int) -> None:
        next(block for block in self.neighbours if isinstance(block, Resets)).require(self._reset_bit, self.name)
        super().write(offset, size, value)


class _Uart(_Block):
    def __init__(self, board: Board, pins: _Block) -> None:
        super().__init__("UART", board.serial.parameters["base"], board.serial.parameters["reset_bit"])
        self._board, self._pins, self._receiver = board, pins, Receiver()
        self._divisor = 0

    def read(self, offset: int, size: int) -> int:
        if offset == _FR:
            return 0 if self._is(_UARTEN | _RXE) and self._receiver.has_byte(self.bus) else _RXFE
        if offset == _DR:
            return self._receiver.take(self.bus)
        return super().read(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        was_on = self._is(_UARTEN)
        super().write(offset, size, value)
        if offset == _LCR_H:  # 4.2.7.1: takes the divisor over
            self._divisor = 64 * self.values.get(_IBRD, 0) + self.values.get(_FBRD, 0)
        elif offset == _CR and self._is(_UARTEN) and not was_on:
            self._check()
        elif offset == _DR:
            if not self._is(_UARTEN | _TXE):
                raise TinyqError("UART: a byte is sent while it is off", "set UARTEN and TXE in UARTCR first")
            self.bus.send(bytes([value & 0xFF]))

    def arrived(self) -> None:
        """Interrupt, if the firmware wants it."""
        if self._is(_UARTEN | _RXE) and self.values.get(_IMSC, 0) & _RECEIVE_INTERRUPTS:
            self.bus.raise_interrupt(self._board.serial.parameters["interrupt"])

    def _is(self, bits: int) -> bool:
        return self.values.get(_CR, 0) & bits == bits

    def _check(self) -> None:
        tree = clock_tree(ClockTree, self.neighbours)
        check_speed(tree, self._board)
        check_baud(tree, self._board, 4 * peripheral_hz(self.neighbours) / max(1, self._divisor))
        for line in ("tx_pin", "rx_pin"):
            function = self._pins.values.get(4 + 8 * self._board.serial.parameters[line], 0) & 31
            tree.require(function == _FUNCTION_UART, f"{line} is not connected to the UART")


def peripherals(board: Board) -> Sequence[Peripheral]:
    """The serial port, and what its pins belong to."""
    pins = _Block("IO_BANK0", _IO_BANK0, _IO_RESET_BIT)
    return (_Uart(board, pins), pins, _Block("PADS_BANK0", _PADS_BANK0, _PADS_RESET_BIT))
