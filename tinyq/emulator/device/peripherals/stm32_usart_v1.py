"""USART of the first generation (RM0390, 25.6)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral
from tinyq.emulator.device.peripherals._stm32_usart import Layout, usart
from tinyq.firmware.board import Board

_LAYOUT = Layout(control=0x0C, divisor=0x08, status=0x00, receive=0x04, transmit=0x04, enable=13)


def peripherals(board: Board) -> Sequence[Peripheral]:
    """The serial port and its pins."""
    return usart(board, _LAYOUT)
