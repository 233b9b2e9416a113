"""Cycle models: one file a processor, found by the board's `cpu` (`cortex-m4` is `cortex_m4.py`), with a `TIMING`.

The cycles of a basic block (instructions that run one after the other to a jump) do not depend on data, but for
divisions and memory. So a block is looked at once and multiplied by how often it ran; jumps are added edge by edge.
All of it is for zero wait states; what flash adds is a term of its own (`flash_waits`).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from tinyq.errors import TinyqError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyq.emulator.device.instructions import Instruction


@dataclass(frozen=True)
class BlockCost:
    """Cycles of one basic block.

    Attributes:
        cycles: where execution falls through its end.
        taken: what is added where it jumps instead.
        unaligned: what is added where it is jumped to.
    """

    cycles: float
    taken: float
    unaligned: float


class Timing(Protocol):
    """The rules of one processor."""

    @property
    def accuracy(self) -> str:
        """How far the rules were from silicon, for people."""

    @property
    def exception_entry(self) -> int:
        """Cycles from an interrupt to the first instruction of its handler."""

    @property
    def exception_return(self) -> int:
        """Cycles back."""

    def cost(self, block: Sequence[Instruction], address: int) -> BlockCost:
        """The cycles of a block that starts at `address`."""


def timing_of(cpu: str) -> Timing:
    """The rules of a processor.

    Raises:
        TinyqError: there are none.
    """
    name = f"{__name__}.{cpu.replace('-', '_')}"
    try:
        timing: Timing = import_module(name).TIMING
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise TinyqError(f"there is no cycle model for {cpu}", "validate with --engine host instead") from error
    return timing


def flash_waits(constant_bytes: int, line_bytes: int, wait_cycles: int) -> int:
    """Cycles that flash adds where constants are streamed from it once: one wait for each line of its buffer.

    Constants that a layer reads again and again stay in the flash cache; those read once, such as the weights of a
    dense layer, do not. Measured on an STM32L4R5 at 120 MHz: 5 cycles for each line of 16 bytes.
    """
    return -(-constant_bytes // line_bytes) * wait_cycles
