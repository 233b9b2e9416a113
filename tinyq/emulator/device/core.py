"""The processor itself: unicorn's Cortex-M with its registers and memory. No other file imports unicorn."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tinyq.errors import TinyqError

PAGE = 0x1000

# Called before each basic block with its address and size in bytes.
BlockHook = Callable[[int, int], None]

_INVALID_INSTRUCTION = "UC_ERR_INSN_INVALID"


class CoreError(Exception):
    """Execution can't go on; `cause` says why, in words."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


_CAUSES = {
    "UC_ERR_READ_UNMAPPED": "read from an address where there is no memory",
    "UC_ERR_WRITE_UNMAPPED": "write to an address where there is no memory",
    "UC_ERR_FETCH_UNMAPPED": "jump to an address where there is no memory",
    "UC_ERR_WRITE_PROT": "write to flash",
    "UC_ERR_READ_PROT": "read from memory that can't be read",
    "UC_ERR_FETCH_PROT": "jump to an address that holds no code",
    "UC_ERR_READ_UNALIGNED": "unaligned read",
    "UC_ERR_WRITE_UNALIGNED": "unaligned write",
    "UC_ERR_FETCH_UNALIGNED": "jump to an unaligned address",
    _INVALID_INSTRUCTION: "invalid instruction",
    "UC_ERR_EXCEPTION": "fault of the processor",
}


class Core:
    """A Cortex-M with nothing around it.

    Args:
        cpu: a key of `tinyq.firmware.cpu.CPUS`.

    Attributes:
        was_stopped: whether the last `execute` ended by `stop`.

    Raises:
        TinyqError: unicorn has no such processor.
    """

    def __init__(self, cpu: str) -> None:
        # Half typed: a plain import would make every call of it an error of mypy.
        self._unicorn: Any = import_module("unicorn")
        self._arm: Any = import_module("unicorn.arm_const")
        # The M0+ executes the M0's instructions.
        model = getattr(self._arm, f"UC_CPU_ARM_{cpu.upper().replace('-', '_').removesuffix('PLUS')}", None)
        if model is None:
            raise TinyqError(f"{cpu} can't be emulated here", "validate with --engine host, or run the image in QEMU")
        unicorn = self._unicorn
        self._uc: Any = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        self._uc.ctl_set_cpu_model(model)
        self._numbers: dict[str, int] = {}
        self._trap: int | None = None
        self.was_stopped = False
        self._failure: TinyqError | None = None
        self._block_hook: int | None = None
        self._uc.hook_add(unicorn.UC_HOOK_INTR, self._on_trap)

    def map_memory(self, address: int, size: int, *, writable: bool) -> None:
        """Put memory at `address`, rounded to whole pages; it may hold code."""
        start = address // PAGE * PAGE
        end = -(-(address + size) // PAGE) * PAGE
        all_, write = self._unicorn.UC_PROT_ALL, self._unicorn.UC_PROT_WRITE
        self._uc.mem_map(start, end - start, all_ if writable else all_ & ~write)

    def map_registers(
        self, address: int, size: int, read: Callable[[int, int], int], write: Callable[[int, int, int], None]
    ) -> None:
        """Let functions answer for whole pages: `read(address, size)` and `write(address, size, value)`."""

        def on_read(_uc: object, offset: int, count: int, _data: object) -> int:
            try:
                return read(address + offset, count)
            except TinyqError as error:
                self._fail(error)
                return 0

        def on_write(_uc: object, offset: int, count: int, value: int, _data: object) -> None:
            try:
                write(address + offset, count, value)
            except TinyqError as error:
                self._fail(error)

        self._uc.mmio_map(address, size, on_read, None, on_write, None)

    def read_memory(self, address: int, count: int) -> bytes:
        """The `count` bytes from `address` on.

        Raises:
            CoreError: there is no memory.
        """
        try:
            return bytes(self._uc.mem_read(address, count))
        except self._unicorn.UcError as error:
            raise self._explained(error) from error

    def write_memory(self, address: int, data: bytes) -> None:
        """Put `data` into memory from `address` on, flash included.

        Raises:
            CoreError: there is no memory.
        """
        try:
            self._uc.mem_write(address, data)
        except self._unicorn.UcError as error:
            raise self._explained(error) from error

    def read_word(self, address: int) -> int:
        """The 32 bits at `address`."""
        return int.from_bytes(self.read_memory(address, 4), "little")

    def read(self, register: str) -> int:
        """The value of a register, such as `r0`, `pc`, `msp`, `control`."""
        return int(self._uc.reg_read(self._number(register)))

    def write(self, register: str, value: int) -> None:
        """Set a register; a value for `pc` needs no Thumb bit."""
        self._uc.reg_write(self._number(register), value)

    def hook_blocks(self, hook: BlockHook) -> None:
        """Call `hook` before each basic block, until `unhook_blocks`."""
        assert self._block_hook is None

        def on_block(_uc: object, address: int, size: int, _data: object) -> None:
            try:
                hook(address, size)
            except TinyqError as error:
                self._fail(error)

        self._block_hook = self._uc.hook_add(self._unicorn.UC_HOOK_BLOCK, on_block)
        self._uc.ctl_flush_tb()  # code that was translated without the hook would not call it

    def unhook_blocks(self) -> None:
        """Run at full speed again."""
        if self._block_hook is not None:
            self._uc.hook_del(self._block_hook)
            self._block_hook = None
            self._uc.ctl_flush_tb()

    def forget_translations(self) -> None:
        """Stop anywhere: unicorn notices the address where to stop only in code that it translates on the way."""
        self._uc.ctl_flush_tb()

    def stop(self) -> None:
        """Leave `execute`; from a block hook, before that block."""
        self.was_stopped = True
        self._uc.emu_stop()

    def execute(self, until: int, seconds: float = 0.0) -> int | None:
        """Run from the program counter until it is `until`, the processor waits (WFI), traps, or is stopped.

        Args:
            until: an address.
            seconds: of real time after which to stop as well; 0 for never.

        Returns:
            The trap's number: 2 for SVC, 7 for BKPT, 8 for a return from an exception; None without a trap.

        Raises:
            CoreError: a fault; the program counter is at the instruction.
            TinyqError: what a hook or a register raised; the program counter is at the start of the block.
        """
        self._trap, self.was_stopped, self._failure = None, False, None
        try:
            self._uc.emu_start(self.read("pc") | 1, until, timeout=int(seconds * 1e6))
        except self._unicorn.UcError as error:
            if not self._step_over_wfe(error):
                raise self._explained(error) from error
        if self._failure is not None:
            raise self._failure
        return self._trap

    def _fail(self, error: TinyqError) -> None:
        """An exception can't pass through unicorn: keep it until the run has stopped."""
        if self._failure is None:
            self._failure = error
        self.stop()

    def _step_over_wfe(self, error: Exception) -> bool:
        """WFE is an invalid instruction to unicorn, which has already passed it when it says so."""
        invalid = getattr(error, "errno", None) == getattr(self._unicorn, _INVALID_INSTRUCTION)
        return invalid and self.last_instruction() == b"\x20\xbf"

    def last_instruction(self) -> bytes:
        """The two bytes before the program counter; empty where there is no memory."""
        try:
            return self.read_memory(self.read("pc") - 2, 2)
        except CoreError:
            return b""

    def _on_trap(self, _uc: object, number: int, _data: object) -> None:
        self._trap = number
        self.stop()

    def _explained(self, error: Exception) -> CoreError:
        number = getattr(error, "errno", None)
        causes = (text for name, text in _CAUSES.items() if getattr(self._unicorn, name) == number)
        return CoreError(next(causes, str(error)))

    def _number(self, register: str) -> int:
        if register not in self._numbers:
            self._numbers[register] = getattr(self._arm, f"UC_ARM_REG_{register.upper()}")
        return self._numbers[register]
