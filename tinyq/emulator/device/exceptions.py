"""Exception entry and return (Armv7-M Architecture Reference Manual, B1.5.6 to B1.5.8).

Floating-point state is stacked at once, never lazily: software sees the same frame, but for the moment it is written.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from tinyq.emulator.device.core import Core
from tinyq.emulator.device.system import SystemControl

THREAD_PRIORITY = 256
HARD_FAULT, SVCALL = 3, 11

_FRAME = ("r0", "r1", "r2", "r3", "r12", "lr")
_FLOATS = tuple(f"s{number}" for number in range(16))
_ALIGNED = 1 << 9  # in the stacked xPSR: the frame was moved to a multiple of 8
_NPRIV, _SPSEL, _FPCA = 1, 2, 4
_BASIC_BYTES, _EXTENDED_BYTES = 0x20, 0x68
_EXC_RETURN = 0xFFFF_FFE1
_RETURN_BASIC, _RETURN_THREAD, _RETURN_PROCESS = 0x10, 0x8, 0x4
_XPSR_THUMB = 1 << 24

NAMES: Mapping[int, str] = {
    2: "NMI",
    3: "HardFault",
    4: "MemManage",
    5: "BusFault",
    6: "UsageFault",
    11: "SVCall",
    12: "DebugMonitor",
    14: "PendSV",
    15: "SysTick",
}


def name(exception: int) -> str:
    """An exception for people."""
    return NAMES.get(exception, f"interrupt {exception - 16}")


class Exceptions:
    """Which exceptions are active, and which may preempt them."""

    def __init__(self, core: Core, system: SystemControl) -> None:
        self._core, self._system = core, system
        self.active: list[int] = []

    def next(self) -> int | None:
        """The pending exception that preempts what runs now; None where none does."""
        waiting = [one for one in self._system.pending if self._system.is_enabled(one)]
        if not waiting:
            return None
        best = min(waiting, key=lambda one: (self._system.priority(one), one))
        return best if self.preempts(best) else None

    def preempts(self, exception: int) -> bool:
        """Whether an exception is more urgent than what runs now and what software masks."""
        return self._system.priority(exception) < self._current_priority()

    def wakes(self) -> bool:
        """Whether a pending exception ends WFI: PRIMASK does not keep it from that."""
        return any(self._system.is_enabled(one) for one in self._system.pending)

    def enter(self, exception: int) -> None:
        """Stack a frame and go to the handler."""
        core = self._core
        control, in_thread = core.read("control") & 7, not self.active
        extended = bool(control & _FPCA)
        core.write("sp", self._push(extended=extended))
        in_process = in_thread and control & _SPSEL
        link = _EXC_RETURN | (0 if extended else _RETURN_BASIC)
        link |= (_RETURN_THREAD if in_thread else 0) | (_RETURN_PROCESS if in_process else 0)
        core.write("ipsr", exception)  # first: a handler may write CONTROL, an unprivileged thread may not
        core.write("control", control & _NPRIV)
        core.write("lr", link)
        core.write("pc", core.read_word(self._system.vector_table + 4 * exception) & ~1)
        self._system.pending.discard(exception)
        self.active.append(exception)

    def leave(self, link: int) -> None:
        """Unstack the frame that the EXC_RETURN value `link` describes, and go on there."""
        core = self._core
        self.active.pop()
        unprivileged = core.read("control") & _NPRIV
        core.write("control", 0)
        to_thread = bool(link & _RETURN_THREAD)
        # Without an active exception the processor is in thread mode, where CONTROL chooses the stack.
        core.write("ipsr", 0 if to_thread else self.active[-1])
        if to_thread:
            core.write("control", unprivileged | (_SPSEL if link & _RETURN_PROCESS else 0))
        self._pop(extended=not link & _RETURN_BASIC, unprivileged=unprivileged)

    def _current_priority(self) -> int:
        core, system = self._core, self._system
        priority = min((system.priority(one) for one in self.active), default=THREAD_PRIORITY)
        if core.read("faultmask") & 1:
            return min(priority, -1)
        if core.read("primask") & 1:
            return min(priority, 0)
        mask = core.read("basepri") & 0xFF
        return min(priority, mask) if mask else priority

    def _push(self, *, extended: bool) -> int:
        core = self._core
        size = _EXTENDED_BYTES if extended else _BASIC_BYTES
        stack = core.read("sp")
        aligned = stack & 4 if self._system.aligns_stack or extended else 0
        frame = stack - size & ~(4 if aligned else 0)
        xpsr = core.read("xpsr") & ~_ALIGNED | (_ALIGNED if aligned else 0) | _XPSR_THUMB
        words = [*map(core.read, _FRAME), core.read("pc") & ~1, xpsr]
        if extended:
            words += [*map(core.read, _FLOATS), core.read("fpscr"), 0]
        core.write_memory(frame, struct.pack(f"<{len(words)}I", *words))
        return frame

    def _pop(self, *, extended: bool, unprivileged: int) -> None:
        core = self._core
        stack, size = core.read("sp"), _EXTENDED_BYTES if extended else _BASIC_BYTES
        words = struct.unpack(f"<{size // 4}I", core.read_memory(stack, size))
        pc, xpsr = words[6], words[7]
        if extended:
            for register, value in zip(_FLOATS, words[8:24], strict=True):
                core.write(register, value)
            core.write("fpscr", words[24])
        if not self.active:
            control = core.read("control") & _SPSEL | (_FPCA if extended else 0)
            core.write("control", control | unprivileged)
        for register, value in zip(_FRAME, words, strict=False):
            core.write(register, value)
        core.write("sp", stack + size + (4 if xpsr & _ALIGNED else 0))
        core.write("xpsr", xpsr & ~_ALIGNED & ~0x1FF | (self.active[-1] if self.active else 0))
        core.write("pc", pc)
