"""Clocks, crystal, PLL and resets of the RP2040 (RP2040 Datasheet: 2.15.7, 2.16.7, 2.18.4, 2.14.3)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.emulator.device.peripherals._clock_tree import ClockTree, clock_tree
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board

_CLOCKS, _RESETS, _XOSC, _PLL_SYS = 0x4000_8000, 0x4000_C000, 0x4002_4000, 0x4002_8000
_REF_CTRL, _REF_SELECTED, _SYS_CTRL, _SYS_DIV, _SYS_SELECTED, _PERI_CTRL = 0x30, 0x38, 0x3C, 0x40, 0x44, 0x48
_RESET, _RESET_DONE, _ALL_BLOCKS = 0x0, 0x8, 0x01FF_FFFF
_ROSC_HZ = 6_000_000  # about
_XOSC_ENABLE = 0xFAB
_PLL_DOWN = 1 << 0 | 1 << 5
_PLL_RESET_BIT = 12
_LIMIT_HZ = 133_000_000


class Resets(Registers):
    """Blocks that are held in reset, as all are after power-up."""

    def read(self, offset: int, size: int) -> int:
        """A block that was released is ready at once."""
        return _ALL_BLOCKS & ~self.values.get(_RESET, 0) if offset == _RESET_DONE else super().read(offset, size)

    def require(self, bit: int, name: str) -> None:
        """Refuse the use of a block that is in reset.

        Raises:
            TinyqError: it is.
        """
        if self.values.get(_RESET, 0) >> bit & 1:
            raise TinyqError(f"{name} is used while it is held in reset", f"clear bit {bit} of RESETS first")


class _Crystal(Registers):
    def read(self, offset: int, size: int) -> int:
        return self.is_stable() << 31 if offset == 0x4 else super().read(offset, size)

    def is_stable(self) -> bool:
        return self.values.get(0x0, 0) >> 12 & 0xFFF == _XOSC_ENABLE and self.values.get(0xC, 0) > 0


class _Pll(Registers):
    """The PLL behind the system clock."""

    def __init__(self, crystal: _Crystal, crystal_hz: int) -> None:
        super().__init__("PLL_SYS", _PLL_SYS, 0x1000, {0x0: 1, 0x4: 0x2D, 0xC: 0x7_7000})
        self._crystal, self._crystal_hz = crystal, crystal_hz

    def read(self, offset: int, size: int) -> int:
        return super().read(offset, size) | self._is_locked() << 31 if offset == 0x0 else super().read(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        next(block for block in self.neighbours if isinstance(block, Resets)).require(_PLL_RESET_BIT, self.name)
        super().write(offset, size, value)
        if offset == 0x4 and not value & _PLL_DOWN:
            vco = self._vco_hz()
            clock_tree(_Clocks, self.neighbours).require(
                750e6 <= vco <= 1600e6, f"the PLL's oscillator runs at {vco:,} Hz, 750 to 1600 MHz are allowed"
            )

    def hertz(self) -> int:
        """Its output's frequency; 0 where it has none."""
        dividers = self.values.get(0xC, 0)
        if not self._is_locked() or self.values.get(0x4, 0) >> 3 & 1:
            return 0
        return self._vco_hz() // (dividers >> 16 & 7) // (dividers >> 12 & 7)

    def _vco_hz(self) -> int:
        return self._crystal_hz // max(1, self.values.get(0x0, 0) & 63) * self.values.get(0x8, 0)

    def _is_locked(self) -> bool:
        powered = not self.values.get(0x4, 0) & _PLL_DOWN
        return powered and self._crystal.is_stable()


class _Clocks(ClockTree):
    def __init__(self, crystal: _Crystal, pll: _Pll, crystal_hz: int) -> None:
        super().__init__("CLOCKS", _CLOCKS, 0x1000, {_SYS_DIV: 0x100})
        self._crystal, self._pll, self._crystal_hz = crystal, pll, crystal_hz

    def read(self, offset: int, size: int) -> int:
        if offset == _REF_SELECTED:
            return 1 << (self.values.get(_REF_CTRL, 0) & 3)
        if offset == _SYS_SELECTED:
            return 1 << (self.values.get(_SYS_CTRL, 0) & 1)
        return super().read(offset, size)

    def write(self, offset: int, size: int, value: int) -> None:
        super().write(offset, size, value)
        if offset in {_REF_CTRL, _SYS_CTRL}:
            hertz = self.processor_hz()
            self.require(0 < hertz <= _LIMIT_HZ, f"the processor's clock would have {hertz:,} Hz")

    def processor_hz(self) -> int:
        if self.values.get(_SYS_CTRL, 0) & 1:
            source = self._pll.hertz() if self.values.get(_SYS_CTRL, 0) >> 5 & 7 == 0 else 0
        elif self.values.get(_REF_CTRL, 0) & 3 == 2:
            source = self._crystal_hz if self._crystal.is_stable() else 0
        else:
            source = _ROSC_HZ
        return source // max(1, self.values.get(_SYS_DIV, 0) >> 8)

    def peripheral_hz(self) -> int:
        """The frequency of clk_peri; 0 where it is off."""
        control = self.values.get(_PERI_CTRL, 0)
        return self.processor_hz() if control >> 11 & 1 and control >> 5 & 7 == 0 else 0


def peripheral_hz(blocks: Sequence[Peripheral]) -> int:
    """The frequency of clk_peri on a board."""
    return clock_tree(_Clocks, blocks).peripheral_hz()


def peripherals(board: Board) -> Sequence[Peripheral]:
    """What the clock driver touches."""
    crystal_hz = board.clock.parameters["crystal_hz"]
    crystal = _Crystal("XOSC", _XOSC)
    pll = _Pll(crystal, crystal_hz)
    return (_Clocks(crystal, pll, crystal_hz), crystal, pll, Resets("RESETS", _RESETS, reset={_RESET: _ALL_BLOCKS}))
