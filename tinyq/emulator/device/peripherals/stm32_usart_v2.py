"""USART of the second generation (RM0432, 50.8)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral
from tinyq.emulator.device.peripherals._stm32_usart import Layout, usart
from tinyq.firmware.board import Board

_LAYOUT = Layout(control=0x00, divisor=0x0C, status=0x1C, receive=0x24, transmit=0x28, enable=0)


def peripherals(board: Board) -> Sequence[Peripheral]:
    """The serial port and its pins."""
    return usart(board, _LAYOUT)
