"""Runs the processor: its traps, its interrupts, its sleep, and the ends that a run can come to."""

from __future__ import annotations

from collections.abc import Callable

from tinyq.emulator.device import semihosting
from tinyq.emulator.device.core import Core, CoreError
from tinyq.emulator.device.counting import Counter
from tinyq.emulator.device.exceptions import HARD_FAULT, SVCALL, Exceptions, name
from tinyq.emulator.device.faults import endless, fault
from tinyq.emulator.device.instructions import Instruction
from tinyq.emulator.device.run import DEFAULT_LIMIT, Ending, Run
from tinyq.emulator.device.symbols import Symbols
from tinyq.emulator.device.system import SystemControl
from tinyq.emulator.device.timing import Timing
from tinyq.errors import TinyqError

_BLOCKS_BETWEEN_LOOKS = 50_000
_LONGEST_BLOCK = 500  # cycles, generously: so many blocks can pass before an interrupt is looked for

_SVC, _BREAKPOINT, _EXCEPTION_RETURN = 2, 7, 8
_WFI, _WFE = b"\x30\xbf", b"\x20\xbf"
# As many waits that end at once, one after the other at one place, and the firmware does nothing else any more.
_MOST_WAITS = 20_000


class Execution:
    """The processor of a machine at work.

    Args:
        core: the processor.
        timing: its cycle rules.
        symbols: names for addresses.
        send: takes what semihosting writes.
        notes: more to say about the machine where a run fails; a line.

    Attributes:
        system: its private peripherals.
        counter: what it has executed.
        exceptions: what interrupts it.
    """

    def __init__(
        self, core: Core, timing: Timing, symbols: Symbols, send: Callable[[bytes], None], notes: Callable[[], str]
    ) -> None:
        self._core, self._timing, self._symbols = core, timing, symbols
        self._send, self._notes = send, notes
        self.counter = Counter(timing, core.read_memory, self._check_block)
        self.counter.attend = self._attend
        self.system = SystemControl(self.cycles, self.counter.hurry)
        self.exceptions = Exceptions(core, self.system)
        self._limit = DEFAULT_LIMIT
        self._hang: TinyqError | None = None
        self._counting = False
        self._waits, self._waited_at = 0, 0

    def run(self, until: int, limit: int) -> Run:
        """Go on, counted, until the processor sleeps for good, exits, or comes to `until`.

        Raises:
            TinyqError: a fault, or more than `limit` instructions.
        """
        self._count(on=True)
        self._limit = self.counter.total().instructions + limit
        self.counter.hurry()
        self._waits = 0
        while True:
            self._hang = None
            trap = self._execute(until)
            if self._hang is not None:
                raise self._hang
            ended = self._served(trap) if trap is not None else self._paused(until)
            if ended is not None:
                return ended
            self._take_exceptions()

    def run_uncounted(self, until: int, seconds: float) -> bool:
        """Go on at full speed, for so long of real time; whether it came to `until`.

        Raises:
            TinyqError: a fault.
        """
        self._count(on=False)
        trap = self._execute(until, seconds)
        if trap is not None:
            self._served(trap)
        return trap is None and self._core.read("pc") == until

    def cycles(self) -> int:
        """Processor cycles since reset, by the rules of the processor.

        Raises:
            TinyqError: nobody counts them now.
        """
        if not self._counting:
            raise TinyqError("the firmware asks for cycles in a run that does not count them", "run it counted")
        return int(self.counter.total().cycles)

    def _count(self, *, on: bool) -> None:
        if on != self._counting:
            self._counting = on
            if on:
                self._core.hook_blocks(self.counter.hook)
            else:
                self._core.unhook_blocks()

    def _execute(self, until: int, seconds: float = 0.0) -> int | None:
        try:
            return self._core.execute(until, seconds)
        except CoreError as error:
            raise self._fault(error.cause) from error
        except TinyqError as error:  # a peripheral refuses what it is asked
            place = self._symbols.place(self._core.read("pc"))
            raise TinyqError(f"{error.message}, in {place}", error.hint) from error

    def _served(self, trap: int) -> Run | None:
        pc = self._core.read("pc")
        if trap == _SVC:
            if not self.exceptions.preempts(SVCALL):
                raise self._fault("SVC where its handler can't run (it escalates to HardFault)")
            self._enter(SVCALL)
        elif trap == _EXCEPTION_RETURN:
            self.exceptions.leave(pc | 1)
            self.counter.interrupted(self._timing.exception_return)
        elif trap == _BREAKPOINT and self._core.read_memory(pc, 2) == semihosting.BREAKPOINT:
            status = semihosting.serve(self._core, self._send)
            if status is not None:
                return Run(Ending.EXITED, status)
            self._core.write("pc", pc + 2)
        else:
            raise self._fault("breakpoint" if trap == _BREAKPOINT else f"trap {trap}")
        return None

    def _paused(self, until: int) -> Run | None:
        if self.system.reset_requested:
            return Run(Ending.RESET)
        if self._core.read("pc") == until:
            return Run(Ending.RETURNED)
        if self._core.was_stopped:
            return None
        return {_WFI: self._sleep, _WFE: self._wait_for_event}.get(self._core.last_instruction(), lambda: None)()

    def _sleep(self) -> Run | None:
        self.system.tick()
        if self.exceptions.wakes():
            if self._waits_for_nothing() and self.exceptions.next() is None:
                waiting = ", ".join(map(name, sorted(self.system.pending)))
                raise self._endless(f"WFI ends at once, again and again: {waiting} waits, but is masked")
            return None
        cycles = self.system.cycles_to_tick()
        if cycles is None:
            return self._asleep()
        self.counter.wait(cycles)
        self.system.tick()
        return None

    def _wait_for_event(self) -> Run | None:
        """WFE may end for no reason, so it is passed; a loop around it with nothing left to wait for is sleep."""
        idle = self.system.cycles_to_tick() is None and not self.exceptions.wakes()
        return self._asleep() if self._waits_for_nothing() and idle else None

    def _waits_for_nothing(self) -> bool:
        """Whether the processor has waited here so often that nothing else can be going on."""
        pc = self._core.read("pc")
        self._waits = self._waits + 1 if pc == self._waited_at else 0
        self._waited_at = pc
        return self._waits >= _MOST_WAITS

    def _asleep(self) -> Run:
        if self.exceptions.active:
            active = self.exceptions.active[-1]
            raise self._fault(f"{name(active)} was raised, and its handler sleeps for good")
        return Run(Ending.ASLEEP)

    def _take_exceptions(self) -> None:
        self.system.tick()
        exception = self.exceptions.next()
        if exception is not None:
            if exception == HARD_FAULT:
                raise self._fault(name(HARD_FAULT))
            self._enter(exception)

    def _enter(self, exception: int) -> None:
        try:
            self.exceptions.enter(exception)
        except CoreError as error:
            raise self._fault(f"{error.cause} while stacking for {name(exception)}") from error
        self.counter.interrupted(self._timing.exception_entry)

    def _attend(self) -> int | None:
        """Between two blocks: how many may run until the next look; None to stop here."""
        self.system.tick()
        if self.exceptions.next() is not None or self.system.reset_requested:
            self._core.stop()
            return None
        waiting = self.system.cycles_to_tick()
        if waiting is None and self.counter.runs_in_place():
            self._stop("an endless loop without interrupts")
            return None
        if self.counter.total().instructions > self._limit:
            self._stop(f"more than {self._limit:,} instructions")
            return None
        if waiting is None:
            return _BLOCKS_BETWEEN_LOOKS
        return max(1, min(_BLOCKS_BETWEEN_LOOKS, waiting // _LONGEST_BLOCK))

    def _stop(self, why: str) -> None:
        self._hang = self._endless(why)
        self._core.stop()

    def _endless(self, why: str) -> TinyqError:
        return endless(self._core, self._symbols, why, self.counter.executed(), self._notes())

    def _check_block(self, _address: int, instructions: tuple[Instruction, ...]) -> None:
        if not self.system.has_fpu_access and any(one.is_float for one in instructions):
            raise self._fault("an FPU instruction while CPACR keeps the FPU off")

    def _fault(self, cause: str) -> TinyqError:
        return fault(self._core, self._symbols, cause, self._notes())
