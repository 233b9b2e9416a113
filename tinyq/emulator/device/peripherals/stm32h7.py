"""RCC, PWR and flash interface of the STM32H743 (RM0433: 8.7, 6.8, 4.9)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.emulator.device.peripherals._stm32 import Rcc, ahb_divider, apb_divider, field, followed
from tinyq.firmware.board import Board

_RCC, _PWR, _FLASH = 0x5802_4400, 0x5802_4800, 0x5200_2000
_CR, _CFGR, _D1CFGR, _D2CFGR = 0x00, 0x10, 0x18, 0x1C
_PLLCKSELR, _PLLCFGR, _PLL1DIVR, _APB2ENR = 0x28, 0x2C, 0x30, 0xF0
_CSR1, _CR3, _D3CR = 0x04, 0x0C, 0x18
_HSI_HZ = 64_000_000
_AXI_HZ_PER_WAIT_STATE = 70_000_000  # RM0433 table 17, scale 1
_SCALE_LIMITS = {0: 0, 1: 200_000_000, 2: 300_000_000, 3: 400_000_000}
_INPUT_RANGES = ((1, 2), (2, 4), (4, 8), (8, 16))


class _Rcc(Rcc):
    def __init__(self, board: Board, power: Registers, flash: Registers) -> None:
        reset = {_CR: 0x83, _PLLCKSELR: 0x0202_0200, _PLLCFGR: 0x01FF_0000, _PLL1DIVR: 0x0101_0280}
        super().__init__("RCC", _RCC, 0x400, reset)
        self._hse_hz, self._power, self._flash = board.clock.parameters["hse_hz"], power, flash

    def write(self, offset: int, size: int, value: int) -> None:
        super().write(offset, size, value)
        word = self.word(offset)
        if offset == _CR:
            if word >> 24 & 1:
                self._pll_hz()
            self.values[_CR] = followed(word, ((0, 2), (16, 17), (24, 25)))
        elif offset == _CFGR:
            self.values[_CFGR] = word & ~0x38 | (word & 7) << 3
            self._check()

    def processor_hz(self) -> int:
        return self._system_hz() // ahb_divider(field(self.word(_D1CFGR), 8, 4))

    def bus_hz(self, register: int) -> int:
        low = 8 if register - self.base == _APB2ENR else 4
        return self._axi_hz() // apb_divider(field(self.word(_D2CFGR), low, 3))

    def _axi_hz(self) -> int:
        return self.processor_hz() // ahb_divider(field(self.word(_D1CFGR), 0, 4))

    def _system_hz(self) -> int:
        source = self.word(_CFGR) & 7
        self.require(source in {0, 3} and self.word(_CR) >> (25 if source else 2) & 1 == 1, "the chosen clock is off")
        return self._pll_hz() if source else _HSI_HZ

    def _pll_hz(self) -> int:
        source, setting = self.word(_PLLCKSELR), self.word(_PLLCFGR)
        external = source & 3 == 2
        self.require(self.word(_CR) >> (16 if external else 0) & 1 == 1, "the PLL's source is off")
        self.require(setting >> 16 & 1 == 1, "the PLL's output P is off")
        entering = (self._hse_hz if external else _HSI_HZ) / max(1, field(source, 4, 6))
        least, most = _INPUT_RANGES[field(setting, 2, 2)]
        self.require(least * 1e6 <= entering <= most * 1e6, f"{entering:,.0f} Hz enter the PLL, set for {least} MHz")
        vco = entering * (field(self.word(_PLL1DIVR), 0, 9) + 1)
        self.require(192e6 <= vco <= 836e6, f"the PLL's oscillator runs at {vco:,.0f} Hz, 192 to 836 MHz are allowed")
        return int(vco) // (field(self.word(_PLL1DIVR), 9, 7) + 1)

    def _check(self) -> None:
        hertz, axi = self.processor_hz(), self._axi_hz()
        waits = field(self._flash.values.get(0, 0), 0, 4)
        self.require(axi <= _AXI_HZ_PER_WAIT_STATE * (waits + 1), f"{waits} wait states are too few for {axi:,} Hz")
        limit = _SCALE_LIMITS[field(self._power.values.get(_D3CR, 0), 14, 2)]
        self.require(
            hertz <= limit and axi <= limit // 2, f"{hertz:,} Hz, AXI {axi:,} Hz, at a voltage for {limit:,} Hz"
        )
        for number in (0, 1):
            apb = axi // apb_divider(field(self.word(_D2CFGR), 4 + 4 * number, 3))
            self.require(apb <= limit // 4, f"APB{number + 1} at {apb:,} Hz")


class _Power(Registers):
    """The voltage is ready once its supply was chosen."""

    def read(self, offset: int, size: int) -> int:
        value = super().read(offset, size)
        chosen = self.values.get(_CR3, 0) & 7 == 2  # LDO, and the register is locked
        return value | chosen << 13 if offset in {_CSR1, _D3CR} else value


def peripherals(board: Board) -> Sequence[Peripheral]:
    """What the clock driver touches."""
    power = _Power("PWR", _PWR, 0x400, {_CR3: 6, _D3CR: 0x4000})
    flash = Registers("FLASH", _FLASH, 0x400, {0: 0x37})
    return (_Rcc(board, power, flash), power, flash)
