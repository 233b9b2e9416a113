"""The private peripherals of a Cortex-M: SCB, NVIC, SysTick, DWT (Armv7-M ARM, B3 and C1.8)."""

from __future__ import annotations

from collections.abc import Callable

from tinyq.emulator.device.peripherals import Registers

BASE, SIZE = 0xE000_0000, 0x10_0000

_DWT_CTRL, _DWT_CYCCNT = 0x1000, 0x1004
_SYST_CSR, _SYST_RVR, _SYST_CVR = 0xE010, 0xE014, 0xE018
_ISER, _ICER, _ISPR, _ICPR, _IPR = 0xE100, 0xE180, 0xE200, 0xE280, 0xE400
_INTERRUPT_WORDS = 16
_CPUID, _ICSR, _VTOR, _AIRCR, _SHPR = 0xED00, 0xED04, 0xED08, 0xED0C, 0xED18
_CCR, _CPACR, _STIR = 0xED14, 0xED88, 0xEF00
_STACK_ALIGNMENT = 1 << 9

_ENABLE, _TICKINT, _COUNTFLAG = 1, 2, 1 << 16
_PENDSVSET, _PENDSVCLR, _PENDSTSET, _PENDSTCLR = 1 << 28, 1 << 27, 1 << 26, 1 << 25
_SYSRESETREQ = 1 << 2

PENDSV, SYSTICK, FIRST_INTERRUPT = 14, 15, 16


class SystemControl(Registers):
    """What software reaches at 0xE0000000.

    Args:
        cycles: gives the cycles since reset; raises where nobody counts them.
        changed: is called when an exception may have become pending.

    Attributes:
        pending: exceptions that wait, by number.
        reset_requested: whether software asked for a reset.
    """

    def __init__(self, cycles: Callable[[], int], changed: Callable[[], None]) -> None:
        super().__init__("SCS", BASE, SIZE, {_CCR: _STACK_ALIGNMENT, _AIRCR: 0xFA05_0000})
        self._cycles, self._changed = cycles, changed
        self.pending: set[int] = set()
        self.reset_requested = False
        self._count_offset = 0  # CYCCNT is cycles minus this, while it runs
        self._tick_start = 0
        self._ticks_seen = 0

    def read(self, offset: int, size: int) -> int:
        """The value of a register."""
        word = offset & ~3
        if word == _DWT_CYCCNT and self._counting:
            self.values[word] = self._cycles() - self._count_offset & 0xFFFF_FFFF
        elif word == _SYST_CVR:
            self.values[word] = self._tick_value()
        elif word == _ICSR:
            self.values[word] = self._pending_bits()
        value = super().read(offset, size)
        if word == _SYST_CSR:
            self.values[word] = self.values.get(word, 0) & ~_COUNTFLAG
        return value

    def write(self, offset: int, size: int, value: int) -> None:
        """Store into a register, with what that starts."""
        word = offset & ~3
        if self._write_interrupts(word, value):
            return
        was_counting = self._counting
        if word == _SYST_CSR:  # COUNTFLAG can't be written
            value = value & ~_COUNTFLAG | self.values.get(word, 0) & _COUNTFLAG
        super().write(offset, size, value)
        if word == _ICSR:
            self._write_pending(value)
        elif word in {_SYST_CSR, _SYST_RVR, _SYST_CVR}:
            self._start_ticks()
        elif word == _DWT_CYCCNT or (word == _DWT_CTRL and self._counting and not was_counting):
            self._count_offset = (self._cycles() if self._counting else 0) - self.values.get(_DWT_CYCCNT, 0)
        elif word == _AIRCR and value & _SYSRESETREQ:
            self.reset_requested = True
            self._changed()

    def pend(self, exception: int) -> None:
        """Exception `exception` waits."""
        self.pending.add(exception)
        self._changed()

    def is_enabled(self, exception: int) -> bool:
        """Whether software lets an exception through; those of the system always are."""
        number = exception - FIRST_INTERRUPT
        return number < 0 or bool(self.values.get(_ISER + number // 32 * 4, 0) >> number % 32 & 1)

    def priority(self, exception: int) -> int:
        """Its priority: the smaller the more urgent."""
        if exception < 4:  # reset, NMI, HardFault
            return exception - 4
        offset = _IPR + exception - FIRST_INTERRUPT if exception >= FIRST_INTERRUPT else _SHPR + exception - 4
        return super().read(offset, 1)

    @property
    def vector_table(self) -> int:
        """VTOR."""
        return self.values.get(_VTOR, 0) & ~0x7F

    @vector_table.setter
    def vector_table(self, address: int) -> None:
        self.values[_VTOR] = address

    @property
    def has_fpu_access(self) -> bool:
        """Whether CPACR opens coprocessors 10 and 11."""
        return self.values.get(_CPACR, 0) >> 20 & 0xF == 0xF

    @property
    def aligns_stack(self) -> bool:
        """Whether exception entry aligns the stack to 8 bytes."""
        return bool(self.values.get(_CCR, 0) & _STACK_ALIGNMENT)

    def cycles_to_tick(self) -> int | None:
        """How long until SysTick asks for its exception; None where it never does."""
        if self.values.get(_SYST_CSR, 0) & (_ENABLE | _TICKINT) != _ENABLE | _TICKINT:
            return None
        return self._tick_start + (self._ticks_seen + 1) * self._period - self._cycles()

    def tick(self) -> None:
        """Take note of the time: SysTick may have reached zero."""
        if not self.values.get(_SYST_CSR, 0) & _ENABLE:
            return
        ticks = (self._cycles() - self._tick_start) // self._period
        if ticks > self._ticks_seen:
            self._ticks_seen = ticks
            self.values[_SYST_CSR] |= _COUNTFLAG
            if self.values[_SYST_CSR] & _TICKINT:
                self.pending.add(SYSTICK)

    @property
    def _period(self) -> int:
        return (self.values.get(_SYST_RVR, 0) & 0xFF_FFFF) + 1

    def _start_ticks(self) -> None:
        self._tick_start, self._ticks_seen = self._cycles(), 0
        self._changed()

    def _tick_value(self) -> int:
        if not self.values.get(_SYST_CSR, 0) & _ENABLE:
            return 0
        self.tick()
        return self._period - 1 - (self._cycles() - self._tick_start) % self._period

    @property
    def _counting(self) -> bool:
        return bool(self.values.get(_DWT_CTRL, 0) & 1)

    def _pending_bits(self) -> int:
        bits = _PENDSVSET if PENDSV in self.pending else 0
        return bits | (_PENDSTSET if SYSTICK in self.pending else 0)

    def _write_pending(self, value: int) -> None:
        for exception, set_bit, clear_bit in ((PENDSV, _PENDSVSET, _PENDSVCLR), (SYSTICK, _PENDSTSET, _PENDSTCLR)):
            if value & set_bit:
                self.pend(exception)
            if value & clear_bit:
                self.pending.discard(exception)

    def _write_interrupts(self, word: int, value: int) -> bool:
        """Registers in which a bit stands for an interrupt."""
        if word == _STIR:
            self.pend(FIRST_INTERRUPT + (value & 0x1FF))
            return True
        for base in (_ISER, _ICER, _ISPR, _ICPR):
            if base <= word < base + 4 * _INTERRUPT_WORDS:
                self._write_bits(base, word - base, value)
                return True
        return False

    def _write_bits(self, base: int, place: int, value: int) -> None:
        numbers = {FIRST_INTERRUPT + place * 8 + bit for bit in range(32) if value >> bit & 1}
        enabled = self.values.get(_ISER + place, 0)
        if base in {_ISER, _ICER}:
            enabled = enabled | value if base == _ISER else enabled & ~value
            self.values[_ISER + place] = self.values[_ICER + place] = enabled
        elif base == _ISPR:
            self.pending |= numbers
        else:
            self.pending -= numbers
        self._changed()
