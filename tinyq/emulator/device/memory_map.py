"""Where a board's memory and registers lie."""

from __future__ import annotations

from collections.abc import Sequence

from tinyq.emulator.device.bus import RegisterMap
from tinyq.emulator.device.core import PAGE, Core
from tinyq.emulator.device.peripherals import Peripheral
from tinyq.emulator.device.system import BASE, SIZE
from tinyq.firmware.board import Board

# Executable memory that no board has, below the addresses that mean "return from an exception": a call returns there.
RETURN_ADDRESS = 0x9FFF_F000

# Armv7-M ARM, B3.1: the regions of peripherals and of the processor itself.
_REGIONS = ((0x4000_0000, 0x2000_0000), (BASE, SIZE))
_ERASED, _POWER_UP = b"\xff", b"\xa5"  # flash; RAM, which is not zero after power-up


def lay_out(core: Core, board: Board, image: bytes, blocks: Sequence[Peripheral]) -> RegisterMap:
    """Give a processor the board's flash with an image in it, its RAM, and its register blocks."""
    core.map_memory(board.flash.origin, board.flash.bytes, writable=False)
    core.map_memory(board.ram.origin, board.ram.bytes, writable=True)
    core.map_memory(RETURN_ADDRESS, PAGE, writable=False)
    core.write_memory(board.flash.origin, image.ljust(board.flash.bytes, _ERASED))
    core.write_memory(board.ram.origin, _POWER_UP * board.ram.bytes)
    registers = RegisterMap(blocks)
    for start, size in _regions(blocks):
        core.map_registers(start, size, registers.read, registers.write)
    return registers


def _regions(blocks: Sequence[Peripheral]) -> list[tuple[int, int]]:
    """Start and size of whole pages of registers: the architecture's own, and those of blocks outside of them."""
    regions = list(_REGIONS)
    for block in blocks:
        if not any(start <= block.base < start + size for start, size in regions):
            start = block.base // PAGE * PAGE
            regions.append((start, -(-(block.base + block.size - start) // PAGE) * PAGE))
    return regions
