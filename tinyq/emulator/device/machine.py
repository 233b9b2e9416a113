"""A board that runs a firmware image: processor, memory, peripherals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tinyq.emulator.device.core import Core
from tinyq.emulator.device.execution import Execution
from tinyq.emulator.device.memory_map import RETURN_ADDRESS, lay_out
from tinyq.emulator.device.peripherals import peripherals_of
from tinyq.emulator.device.run import DEFAULT_LIMIT, Ending, Run
from tinyq.emulator.device.symbols import Symbols, read_symbols
from tinyq.emulator.device.system import FIRST_INTERRUPT
from tinyq.emulator.device.timing import timing_of
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.image import binary

_NAMED_REGISTERS = 5


class Machine:
    """A board with an image in its flash, before its first instruction.

    Args:
        image: the bytes from the start of the board's flash on.
        board: the board.
        symbols: names for addresses.

    Attributes:
        core: its processor.
        system: its private peripherals.
        registers: all its register blocks, by address.
        counter: what it has executed.
        sent: what has left through the serial port.
        received: what has arrived there and was not read.

    Raises:
        TinyqError: the processor can't be emulated.
    """

    def __init__(self, image: bytes, board: Board, symbols: Symbols | None = None) -> None:
        self.board, self.symbols = board, symbols or Symbols()
        self.core = Core(board.cpu)
        self._execution = Execution(self.core, timing_of(board.cpu), self.symbols, self.send, self._notes)
        self.system, self.counter = self._execution.system, self._execution.counter
        self.sent, self.received = bytearray(), bytearray()
        self._blocks = [*peripherals_of(board), self.system]
        for block in self._blocks:
            block.bus = self
        self.registers = lay_out(self.core, board, image, self._blocks)
        self.reset()

    @classmethod
    def load(cls, image: Path, board: Board) -> Machine:
        """The machine of a `.elf` or `.bin` file; a `.bin` has no names for addresses.

        Raises:
            TinyqError: the file is not an image for this board.
        """
        if image.suffix == ".bin":
            return cls(image.read_bytes(), board)
        return cls(binary(image, board), board, read_symbols(image))

    def reset(self) -> None:
        """Take stack pointer and first instruction from the vector table, as the processor or a bootloader does."""
        table = self.board.vector_table
        self.system.vector_table = table
        self.core.write("sp", self.core.read_word(table))
        self.core.write("pc", self.core.read_word(table + 4) & ~1)

    def run(self, until: int = RETURN_ADDRESS, limit: int = DEFAULT_LIMIT) -> Run:
        """Go on until the processor sleeps for good, exits, or comes to `until`.

        Args:
            until: an address.
            limit: of instructions; more is a hang.

        Raises:
            TinyqError: a fault or a hang, with the function, and the registers.
        """
        return self._execution.run(until, limit)

    def call(self, function: str, *arguments: int, limit: int = DEFAULT_LIMIT) -> int:
        """Call a function of the image and return its r0; the stack stays where it is.

        Raises:
            TinyqError: a fault, a hang, or the function does not come back.
        """
        self._prepare_call(function, arguments)
        ended = self.run(RETURN_ADDRESS, limit)
        if ended.ending is not Ending.RETURNED:
            raise TinyqError(f"{function} did not return: {ended.ending.name.lower()}", "look at its code")
        return self.core.read("r0")

    def call_uncounted(self, function: str, *arguments: int, seconds: float, limit: int = DEFAULT_LIMIT) -> int:
        """The same at full speed; where it takes longer than `seconds`, it goes on counted, up to the limit.

        Nothing depends on the clock on the wall but the speed: a hang is found by counting.
        """
        self._prepare_call(function, arguments)
        self._reach(RETURN_ADDRESS, seconds, limit)
        return self.core.read("r0")

    def call_by_parts(self, function: str, parts: Sequence[str], after: Callable[[int], None], seconds: float) -> int:
        """The same without arguments; `after` is told the number of each function in `parts` when that has returned.

        Args:
            function: calls each of `parts` once, in this order.
            parts: names of functions.
            after: may look at the machine, and change its memory.
            seconds: for each part, and between two of them.
        """
        self.core.forget_translations()
        self._prepare_call(function, ())
        for number, part in enumerate(parts):
            self._reach(self.symbols.required(part).start, seconds)
            self._reach(self.core.read("lr") & ~1, seconds)
            after(number)
        self._reach(RETURN_ADDRESS, seconds)
        return self.core.read("r0")

    def cycles(self) -> int:
        """Processor cycles since reset, by the rules of the processor."""
        return self._execution.cycles()

    def read_memory(self, address: int, count: int) -> bytes:
        """The `count` bytes from `address` on."""
        return self.core.read_memory(address, count)

    def write_memory(self, address: int, data: bytes) -> None:
        """Put `data` into memory from `address` on."""
        self.core.write_memory(address, data)

    def send(self, data: bytes) -> None:
        """`data` leaves through the serial port."""
        self.sent += data

    def receive(self, count: int) -> bytes:
        """The next bytes that arrived at the serial port, at most `count`."""
        data = bytes(self.received[:count])
        del self.received[:count]
        return data

    def deliver(self, data: bytes) -> None:
        """`data` arrives at the serial port."""
        self.received += data
        for block in self._blocks:
            block.arrived()

    def exchange(self, data: bytes, limit: int = DEFAULT_LIMIT) -> bytes:
        """Let `data` arrive, run until the firmware sleeps again, and return what it sent meanwhile.

        Raises:
            TinyqError: a fault or a hang.
        """
        before = len(self.sent)
        self.deliver(data)
        self.run(limit=limit)
        return bytes(self.sent[before:])

    def raise_interrupt(self, number: int) -> None:
        """External interrupt `number` becomes pending."""
        self.system.pend(FIRST_INTERRUPT + number)

    def _reach(self, address: int, seconds: float, limit: int = DEFAULT_LIMIT) -> None:
        if not self._execution.run_uncounted(address, seconds):
            self.run(address, limit)

    def _prepare_call(self, function: str, arguments: tuple[int, ...]) -> None:
        for number, value in enumerate(arguments):
            self.core.write(f"r{number}", value)
        self.core.write("lr", RETURN_ADDRESS | 1)
        self.core.write("pc", self.symbols.required(function).start)

    def _notes(self) -> str:
        unknown = ", ".join(
            f"{address:#010x}" for address, _ in self.registers.unknown_reads.most_common(_NAMED_REGISTERS)
        )
        return f"  registers that the emulator lacks were read as 0: {unknown}" if unknown else ""
