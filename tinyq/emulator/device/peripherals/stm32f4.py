"""RCC, PWR and flash interface of the STM32F4 (RM0390 and RM0383: 6.3, 5.4, 3)."""

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

_RCC, _PWR, _FLASH = 0x4002_3800, 0x4000_7000, 0x4002_3C00
_CR, _PLLCFGR, _CFGR, _APB1ENR = 0x00, 0x04, 0x08, 0x40
_PWR_CR, _PWR_CSR = 0x00, 0x04
_HSION, _HSEON, _PLLON = 0, 16, 24
_HSI_HZ = 16_000_000
_APB1_REGISTER = 0x40
_PLL = 2
_HZ_PER_WAIT_STATE = 30_000_000  # RM0390 table 5; the F411 is a little faster
_VOS_LIMITS = {0: 0, 1: 64_000_000, 2: 84_000_000, 3: 168_000_000}
_APB1_LIMIT, _APB2_LIMIT = 50_000_000, 100_000_000


class _Rcc(Rcc):
    def __init__(self, board: Board, power: Registers, flash: Registers) -> None:
        super().__init__("RCC", _RCC, 0x400, {_CR: 0x83, _PLLCFGR: 0x2400_3010})
        self._hse_hz, self._power, self._flash = board.clock.parameters["hse_hz"], power, flash

    def write(self, offset: int, size: int, value: int) -> None:
        super().write(offset, size, value)
        word = self.word(offset)
        if offset == _CR:
            if self.word(_CR) >> _PLLON & 1:
                self._pll_hz()
            self.values[_CR] = followed(word, ((_HSION, 1), (_HSEON, 17), (_PLLON, 25)))
        elif offset == _CFGR:
            self.values[_CFGR] = word & ~0xC | (word & 3) << 2
            self._check()

    def processor_hz(self) -> int:
        return self._system_hz() // ahb_divider(field(self.word(_CFGR), 4, 4))

    def bus_hz(self, register: int) -> int:
        low = 10 if register - self.base == _APB1_REGISTER else 13
        return self.processor_hz() // apb_divider(field(self.word(_CFGR), low, 3))

    def _system_hz(self) -> int:
        source = self.word(_CFGR) & 3
        self.require(self.word(_CR) >> (0, 17, 25, 31)[source] & 1 == 1 or source == 0, "the chosen clock is off")
        return (_HSI_HZ, self._hse_hz, self._pll_hz() if source == _PLL else 0, 0)[source]

    def _pll_hz(self) -> int:
        setting = self.word(_PLLCFGR)
        external = setting >> 22 & 1
        self.require(self.word(_CR) >> (_HSEON if external else _HSION) & 1 == 1, "the PLL's source is off")
        entering = (self._hse_hz if external else _HSI_HZ) / max(1, field(setting, 0, 6))
        self.require(950_000 <= entering <= 2_100_000, f"{entering:,.0f} Hz enter the PLL, 1 to 2 MHz may")
        vco = entering * field(setting, 6, 9)
        self.require(100e6 <= vco <= 432e6, f"the PLL's oscillator runs at {vco:,.0f} Hz, 100 to 432 MHz are allowed")
        return int(vco) // (2 * field(setting, 16, 2) + 2)

    def _check(self) -> None:
        hertz = self.processor_hz()
        waits = field(self._flash.values.get(0, 0), 0, 4)
        self.require(hertz <= _HZ_PER_WAIT_STATE * (waits + 1), f"{waits} wait states are too few for {hertz:,} Hz")
        control = self._power.values.get(_PWR_CR, 0)
        limit = 180_000_000 if field(control, 16, 2) == 3 else _VOS_LIMITS[field(control, 14, 2)]
        self.require(hertz <= limit, f"{hertz:,} Hz at a voltage for {limit:,} Hz")
        apb1, apb2 = self.bus_hz(_RCC + _APB1_REGISTER), self.bus_hz(_RCC + 0x44)
        self.require(apb1 <= _APB1_LIMIT and apb2 <= _APB2_LIMIT, f"APB1 at {apb1:,} Hz, APB2 at {apb2:,} Hz")


class _Power(GatedRegisters):
    """Voltage scale and over-drive are ready once asked for; the scale only while the PLL runs."""

    def read(self, offset: int, size: int) -> int:
        if offset == _PWR_CSR:
            running = self.rcc.word(_CR) >> _PLLON & 1
            return running << 14 | self.values.get(_PWR_CR, 0) & 3 << 16
        return super().read(offset, size)


def peripherals(board: Board) -> Sequence[Peripheral]:
    """What the clock driver touches."""
    power = _Power("PWR", _PWR, 0x400, Gate(_RCC + _APB1ENR, 28), {_PWR_CR: 0x8000})
    flash = Registers("FLASH", _FLASH, 0x400)
    return (_Rcc(board, power, flash), power, flash)
