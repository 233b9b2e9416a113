"""RCC, PWR and flash interface of the STM32L4+ (RM0432: 6.4, 5.4, 3.7)."""

from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral, Registers
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

_RCC, _PWR, _FLASH = 0x4002_1000, 0x4000_7000, 0x4002_2000
_CR, _CFGR, _PLLCFGR, _APB1ENR1, _APB2ENR = 0x00, 0x08, 0x0C, 0x58, 0x60
_CR1, _CR2, _CR5 = 0x00, 0x04, 0x80
_MSI_HZ, _HSI_HZ = 4_000_000, 16_000_000
_HZ_PER_WAIT_STATE = 20_000_000  # RM0432 table 12
_PORT_G = 6


class _Rcc(Rcc):
    def __init__(self, power: Registers, flash: Registers) -> None:
        super().__init__("RCC", _RCC, 0x400, {_CR: 0x63, _PLLCFGR: 0x1000})
        self._power, self._flash = power, flash

    def write(self, offset: int, size: int, value: int) -> None:
        before = self.processor_hz()
        super().write(offset, size, value)
        word = self.word(offset)
        if offset == _CR:
            if word >> 24 & 1:
                self._pll_hz()
            self.values[_CR] = followed(word, ((0, 1), (8, 10), (24, 25)))
        elif offset == _CFGR:
            self.values[_CFGR] = word & ~0xC | (word & 3) << 2
            self._check(before)

    def processor_hz(self) -> int:
        return self._system_hz() // ahb_divider(field(self.word(_CFGR), 4, 4))

    def bus_hz(self, register: int) -> int:
        low = 11 if register - self.base == _APB2ENR else 8
        return self.processor_hz() // apb_divider(field(self.word(_CFGR), low, 3))

    def supplies(self, port: int) -> bool:
        """Port G has a supply of its own, which the chip must be told to use."""
        return port != _PORT_G or bool(self._power.values.get(_CR2, 0) >> 9 & 1)

    def _system_hz(self) -> int:
        source = self.word(_CFGR) & 3
        self.require(self.word(_CR) >> (1, 10, 17, 25)[source] & 1 == 1, "the chosen clock is off")
        return self._pll_hz() if source == 3 else (_MSI_HZ, _HSI_HZ, 0)[source]

    def _pll_hz(self) -> int:
        setting = self.word(_PLLCFGR)
        self.require(setting & 3 == 2 and self.word(_CR) >> 8 & 1 == 1, "the PLL's source is off")
        self.require(setting >> 24 & 1 == 1, "the PLL's output R is off")
        entering = _HSI_HZ // (field(setting, 4, 4) + 1)
        self.require(2_660_000 <= entering <= 16_000_000, f"{entering:,} Hz enter the PLL, 2.66 to 16 MHz may")
        vco = entering * field(setting, 8, 7)
        self.require(64e6 <= vco <= 344e6, f"the PLL's oscillator runs at {vco:,} Hz, 64 to 344 MHz are allowed")
        return vco // (2 * field(setting, 25, 2) + 2)

    def _check(self, before: int) -> None:
        hertz = self.processor_hz()
        waits = field(self._flash.values.get(0, 0), 0, 4)
        self.require(hertz <= _HZ_PER_WAIT_STATE * (waits + 1), f"{waits} wait states are too few for {hertz:,} Hz")
        boosted = not self._power.values.get(_CR5, 0) >> 8 & 1
        limit = (26 if field(self._power.values.get(_CR1, 0), 9, 2) != 1 else 120 if boosted else 80) * 1_000_000
        self.require(hertz <= limit, f"{hertz:,} Hz at a voltage for {limit:,} Hz")
        self.require(hertz <= 80_000_000 or before > 40_000_000, "above 80 MHz in one step, without one in between")


def peripherals(_board: Board) -> Sequence[Peripheral]:
    """What the clock driver touches; the voltage is there as soon as it is asked for."""
    power = GatedRegisters("PWR", _PWR, 0x400, Gate(_RCC + _APB1ENR1, 28), {_CR1: 0x200, _CR5: 0x100})
    flash = Registers("FLASH", _FLASH, 0x400)
    return (_Rcc(power, flash), power, flash)
