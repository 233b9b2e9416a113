"""RCC, PWR, flash interface and instruction cache of the STM32U5 (RM0456: 11.8, 10.11, 7.9, 8.7)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
from tinyq.emulator.device.peripherals._clock_tree import clock_tree
from tinyq.emulator.device.peripherals._stm32 import (
    Gate,
    GatedRegisters,
    Rcc,
    ahb_divider,
    apb_divider,
    field,
    followed,
)
from tinyq.firmware.board import Board

_RCC, _PWR, _FLASH, _ICACHE = 0x4602_0C00, 0x4602_0800, 0x4002_2000, 0x4003_0400
_CR, _CFGR1, _CFGR2, _PLL1CFGR, _PLL1DIVR, _AHB3ENR, _APB2ENR = 0x00, 0x1C, 0x20, 0x28, 0x34, 0x94, 0xA4
_VOSR = 0x0C
_MSI_HZ, _HSI_HZ = 4_000_000, 16_000_000
_RANGE_LIMITS = {0: 24, 1: 55, 2: 110, 3: 160}  # MHz
_HZ_PER_WAIT_STATE = 32_000_000  # RM0456 table 55, range 1
_UNBOOSTED_HZ = 55_000_000


class _Rcc(Rcc):
    def __init__(self, power: Registers, flash: Registers) -> None:
        super().__init__("RCC", _RCC, 0x400, {_CR: 0x35, _PLL1DIVR: 0x0101_0280})
        self._power, self._flash = power, flash

    def write(self, offset: int, size: int, value: int) -> None:
        super().write(offset, size, value)
        word = self.word(offset)
        if offset == _CR:
            if word >> 24 & 1:
                self._pll_hz()
            self.values[_CR] = followed(word, ((0, 2), (8, 10), (24, 25)))
        elif offset == _CFGR1:
            self.values[_CFGR1] = word & ~0xC | (word & 3) << 2
            self._check()

    def processor_hz(self) -> int:
        return self._system_hz() // ahb_divider(field(self.word(_CFGR2), 0, 4))

    def bus_hz(self, register: int) -> int:
        low = 8 if register - self.base == _APB2ENR else 4
        return self.processor_hz() // apb_divider(field(self.word(_CFGR2), low, 3))

    def booster_hz(self) -> float:
        """What the voltage booster gets; 0 where its source is off."""
        setting = self.word(_PLL1CFGR)
        if setting & 3 != 2 or not self.word(_CR) >> 10 & 1:
            return 0
        return _HSI_HZ / max(1, 2 * field(setting, 12, 4))

    def _system_hz(self) -> int:
        source = self.word(_CFGR1) & 3
        self.require(self.word(_CR) >> (2, 10, 17, 25)[source] & 1 == 1, "the chosen clock is off")
        return self._pll_hz() if source == 3 else (_MSI_HZ, _HSI_HZ, 0)[source]

    def _pll_hz(self) -> int:
        setting, dividers = self.word(_PLL1CFGR), self.word(_PLL1DIVR)
        self.require(setting & 3 == 2 and self.word(_CR) >> 8 & 1 == 1, "the PLL's source is off")
        self.require(setting >> 18 & 1 == 1, "the PLL's output R is off")
        entering = _HSI_HZ // (field(setting, 8, 4) + 1)
        least, most = (8e6, 16e6) if field(setting, 2, 2) == 3 else (4e6, 8e6)
        self.require(least <= entering <= most, f"{entering:,} Hz enter the PLL, set for {least:,.0f} Hz and more")
        vco = entering * (field(dividers, 0, 9) + 1)
        self.require(128e6 <= vco <= 544e6, f"the PLL's oscillator runs at {vco:,} Hz, 128 to 544 MHz are allowed")
        return vco // (field(dividers, 24, 7) + 1)

    def _check(self) -> None:
        hertz = self.processor_hz()
        waits = field(self._flash.values.get(0, 0), 0, 4)
        self.require(hertz <= _HZ_PER_WAIT_STATE * (waits + 1), f"{waits} wait states are too few for {hertz:,} Hz")
        voltage = self._power.values.get(_VOSR, 0)
        limit = _RANGE_LIMITS[field(voltage, 16, 2)] * 1_000_000
        self.require(hertz <= limit, f"{hertz:,} Hz at a voltage for {limit:,} Hz")
        self.require(hertz <= _UNBOOSTED_HZ or bool(voltage >> 18 & 1), f"{hertz:,} Hz without the voltage booster")


class _Power(GatedRegisters):
    """The voltage is ready once asked for; the booster, once it has a clock of 4 to 16 MHz."""

    def write(self, offset: int, size: int, value: int) -> None:
        super().write(offset, size, value)
        if offset == _VOSR and value >> 18 & 1:
            hertz = clock_tree(_Rcc, self.neighbours).booster_hz()
            self.rcc.require(4e6 <= hertz <= 16e6, f"the voltage booster gets {hertz:,.0f} Hz, 4 to 16 MHz it must be")

    def read(self, offset: int, size: int) -> int:
        value = super().read(offset, size)
        return value | 1 << 15 | (value >> 18 & 1) << 14 if offset == _VOSR else value


def peripherals(_board: Board) -> Sequence[Peripheral]:
    """What the clock driver touches."""
    power = _Power("PWR", _PWR, 0x400, Gate(_RCC + _AHB3ENR, 2))
    flash = Registers("FLASH", _FLASH, 0x400)
    return (_Rcc(power, flash), power, flash, Registers("ICACHE", _ICACHE, 0x400))
