"""A Nordic nRF52840 on unicorn, just enough of it: memory, the crystal, one UARTE. It runs a flash image from reset."""

import struct
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

from tinyq.firmware.board import Board

# Half typed: a plain import would make every call of it an error of mypy.
_unicorn: Any = import_module("unicorn")
_arm: Any = import_module("unicorn.arm_const")

_PAGE = 0x1000
_SYSTEM = 0xE0000000
_SYSTEM_BYTES = 0x10000
_CLOCK = 0x40000000
_UARTE0 = 0x40002000
_NVMC = 0x4001E000
_GPIO = 0x50000000

_HFCLKSTART, _HFCLKSTARTED = 0x000, 0x100
_STARTTX, _STOPTX, _ENDTX, _TXSTOPPED, _ENABLE, _PTR, _MAXCNT = 0x008, 0x00C, 0x120, 0x158, 0x500, 0x544, 0x548


class _Machine(Protocol):
    """The part of unicorn's `Uc` that peripherals use."""

    def mem_read(self, address: int, size: int) -> bytearray:
        """The bytes from `address` on."""


@dataclass
class _Registers:
    """A page of registers that keep what is written to them."""

    values: dict[int, int] = field(default_factory=dict)

    def read(self, _uc: _Machine, offset: int, _size: int, _data: object) -> int:
        return self.values.get(offset, 0)

    def write(self, _uc: _Machine, offset: int, _size: int, value: int, _data: object) -> None:
        self.values[offset] = value


class _Clock(_Registers):
    def write(self, uc: _Machine, offset: int, size: int, value: int, data: object) -> None:
        super().write(uc, offset, size, value, data)
        if offset == _HFCLKSTART:
            self.values[_HFCLKSTARTED] = 1


@dataclass
class _Uarte(_Registers):
    """Sends what EasyDMA finds in RAM; from flash the hardware would send nothing sensible."""

    board: Board | None = None
    sent: bytearray = field(default_factory=bytearray)

    def write(self, uc: _Machine, offset: int, size: int, value: int, data: object) -> None:
        super().write(uc, offset, size, value, data)
        if offset == _STARTTX:
            self._send(uc)
            self.values[_ENDTX] = 1
        elif offset == _STOPTX:
            self.values[_TXSTOPPED] = 1

    def _send(self, uc: _Machine) -> None:
        assert self.board is not None
        assert self.values[_ENABLE] == 8, "UARTE is off"
        address, count = self.values[_PTR], self.values[_MAXCNT]
        ram = self.board.ram
        assert ram.origin <= address <= ram.origin + ram.bytes - count, "EasyDMA reads RAM only"
        self.sent += uc.mem_read(address, count)


@dataclass(frozen=True)
class Run:
    """What an image did until it slept.

    Attributes:
        text: what it sent.
        vector_table: the value of SCB VTOR.
        coprocessors: the value of SCB CPACR.
        stack_pointer: at the end.
    """

    text: str
    vector_table: int
    coprocessors: int
    stack_pointer: int


def run_from_reset(image: bytes, board: Board, seconds: float = 10.0) -> Run:
    """Do what the bootloader does with an image in flash, and wait until it sleeps (WFI)."""
    uc: Any = _unicorn.Uc(_unicorn.UC_ARCH_ARM, _unicorn.UC_MODE_THUMB | _unicorn.UC_MODE_MCLASS)
    uc.ctl_set_cpu_model(_arm.UC_CPU_ARM_CORTEX_M4)
    uc.mem_map(board.flash.origin, board.flash.bytes)
    uc.mem_map(board.ram.origin, board.ram.bytes)
    uc.mem_write(board.flash.origin, image)
    uc.mem_write(board.ram.origin, b"\xa5" * board.ram.bytes)  # RAM is not zero after power-up
    uarte, system = _Uarte(board=board), _Registers()
    pages = {_CLOCK: _Clock(), _UARTE0: uarte, _NVMC: _Registers(), _GPIO: _Registers(), _SYSTEM: system}
    for base, page in pages.items():
        uc.mmio_map(base, _SYSTEM_BYTES if page is system else _PAGE, page.read, None, page.write, None)
    stack, reset = struct.unpack_from("<II", image)
    uc.reg_write(_arm.UC_ARM_REG_SP, stack)
    try:
        uc.emu_start(reset, board.flash.origin + board.flash.bytes, timeout=int(seconds * 1e6))
    except _unicorn.UcError as error:
        raise AssertionError(f"{error} at {uc.reg_read(_arm.UC_ARM_REG_PC):#x}; sent {bytes(uarte.sent)!r}") from error
    return Run(uarte.sent.decode(), system.values[0xED08], system.values[0xED88], int(uc.reg_read(_arm.UC_ARM_REG_SP)))
