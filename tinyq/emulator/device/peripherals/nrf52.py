"""Clock and flash controller of the nRF52 family (nRF52840 Product Specification v1.7, 5.4 CLOCK and 4.3 NVMC)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.firmware.board import Board

_HFCLKSTART, _HFCLKSTARTED = 0x000, 0x100


class _Clock(Registers):
    """The crystal oscillator runs as soon as it is started."""

    def write(self, offset: int, size: int, value: int) -> None:
        """Keep `value`; a task has an event."""
        super().write(offset, size, value)
        if offset == _HFCLKSTART and value == 1:
            self.values[_HFCLKSTARTED] = 1


def peripherals(_board: Board) -> Sequence[Peripheral]:
    """CLOCK, and NVMC with the switch of the flash cache."""
    return (_Clock("CLOCK", 0x4000_0000), Registers("NVMC", 0x4001_E000))
