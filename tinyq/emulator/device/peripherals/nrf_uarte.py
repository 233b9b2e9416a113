"""UARTE of the nRF52 family: a serial port that EasyDMA feeds (nRF52840 Product Specification v1.7, 6.34)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.board_parts import Memory

_STARTRX, _STOPRX, _STARTTX, _STOPTX = 0x000, 0x004, 0x008, 0x00C
_ENDRX, _ENDTX, _RXTO, _TXSTOPPED = 0x110, 0x120, 0x144, 0x158
_INTEN, _INTENSET, _INTENCLR, _ENABLE = 0x300, 0x304, 0x308, 0x500
_RXD_PTR, _RXD_MAXCNT, _RXD_AMOUNT = 0x534, 0x538, 0x53C
_TXD_PTR, _TXD_MAXCNT, _TXD_AMOUNT = 0x544, 0x548, 0x54C
_FIRST_EVENT = 0x100
_ENABLED = 8
_GPIO_PORTS = 0x5000_0000


class _Uarte(Registers):
    def __init__(self, base: int, ram: Memory) -> None:
        super().__init__("UARTE", base)
        self._ram = ram
        self._interrupt = base // 0x1000 % 256  # PS 4.2.3: the number of its 4 KB of addresses
        self._receiving = False
        self._filled = b""

    def write(self, offset: int, size: int, value: int) -> None:
        """Keep `value`; a task starts at once and has already ended when the next instruction looks."""
        super().write(offset, size, value)
        if offset == _STARTTX:
            self._send()
            self._happened(_ENDTX)
        elif offset == _STOPTX:
            self._happened(_TXSTOPPED)
        elif offset == _STARTRX:
            self._receiving = True
            self._filled = b""
            self.arrived()
        elif offset == _STOPRX:
            self._stop_receiving()
        elif offset in {_INTENSET, _INTENCLR}:
            enabled = self.values.get(_INTEN, 0)
            enabled = enabled | value if offset == _INTENSET else enabled & ~value
            self.values |= dict.fromkeys((_INTEN, _INTENSET, _INTENCLR), enabled)

    def arrived(self) -> None:
        """Fill the buffer that the firmware has offered: it tells of nothing before it is full."""
        if not self._receiving:
            return
        address, wanted = self._buffer(_RXD_PTR, _RXD_MAXCNT)
        self._filled += self.bus.receive(wanted - len(self._filled))
        self.bus.write_memory(address, self._filled)
        if len(self._filled) == wanted:
            self._receiving = False
            self.values[_RXD_AMOUNT] = wanted
            self._happened(_ENDRX)

    def _stop_receiving(self) -> None:
        if self._receiving:
            self._receiving = False
            self.values[_RXD_AMOUNT] = len(self._filled)
            self._happened(_ENDRX)
        self._happened(_RXTO)

    def _send(self) -> None:
        address, count = self._buffer(_TXD_PTR, _TXD_MAXCNT)
        self.bus.send(self.bus.read_memory(address, count))
        self.values[_TXD_AMOUNT] = count

    def _buffer(self, pointer: int, size: int) -> tuple[int, int]:
        if self.values.get(_ENABLE) != _ENABLED:
            raise TinyqError("UARTE: a transfer was started while it is off", "write 8 to its ENABLE first")
        address, count = self.values.get(pointer, 0), self.values.get(size, 0)
        if not self._ram.origin <= address <= self._ram.origin + self._ram.bytes - count:
            raise TinyqError(
                f"UARTE: EasyDMA is to transfer {count} bytes at {address:#010x}, but it reaches RAM only",
                "copy what is to be sent into RAM first",
            )
        return address, count

    def _happened(self, event: int) -> None:
        self.values[event] = 1
        if self.values.get(_INTEN, 0) >> (event - _FIRST_EVENT) // 4 & 1:
            self.bus.raise_interrupt(self._interrupt)


def peripherals(board: Board) -> Sequence[Peripheral]:
    """The serial port, and the GPIO ports that its pins belong to."""
    return (_Uarte(board.serial.parameters["base"], board.ram), Registers("GPIO", _GPIO_PORTS))
