"""Processors that start one instruction after the other: M0 to M4, and in a sketch M33."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tinyq.emulator.device.instructions import Instruction, Jump, Kind
from tinyq.emulator.device.timing import BlockCost


@dataclass(frozen=True)
class SingleIssue:
    """Rules by kind of instruction; all figures are cycles.

    Attributes:
        accuracy: how far the rules were from silicon.
        cycles: of each kind that does not take 1; LOAD_MULTIPLE and STORE_MULTIPLE are without the registers.
        pipelined_load: a load straight after another one whose result is not its address.
        register_offset_store: a store to the sum of two registers.
        load_use: added where the next instruction reads what was just loaded.
        float_use: added where the next instruction, of the FPU as well, reads what the FPU just computed.
        taken_direct: added by a jump whose target stands in the instruction.
        taken_indirect: added by a jump through a register, memory or a table.
        unaligned_target: added by a jump to a 32-bit instruction at an address that is not a multiple of 4.
        exception_entry: from an interrupt to the first instruction of its handler.
        exception_return: back.
    """

    accuracy: str
    cycles: Mapping[Kind, float] = field(default_factory=dict)
    pipelined_load: float = 1
    register_offset_store: float = 1
    load_use: float = 0
    float_use: float = 0
    taken_direct: float = 2
    taken_indirect: float = 3
    unaligned_target: float = 0
    exception_entry: int = 12
    exception_return: int = 10

    def cost(self, block: Sequence[Instruction], address: int) -> BlockCost:
        """The cycles of a block that starts at `address`."""
        total = sum(self._alone(instruction) for instruction in block)
        total += sum(self._pair(before, after) for before, after in pairwise(block))
        unaligned = self.unaligned_target if address % 4 and block and block[0].size == 4 else 0.0
        return BlockCost(total, self._taken(block[-1].jump) if block else 0.0, unaligned)

    def _alone(self, instruction: Instruction) -> float:
        kind = instruction.kind
        if kind is Kind.STORE and instruction.register_offset:
            return self.register_offset_store
        cycles = self.cycles.get(kind, 1.0)
        if kind in {Kind.LOAD_MULTIPLE, Kind.STORE_MULTIPLE}:
            return cycles + instruction.registers
        if instruction.jump is Jump.TABLE:
            return cycles + self.cycles.get(Kind.LOAD, 1.0)
        return cycles

    def _pair(self, before: Instruction, after: Instruction) -> float:
        """What the instruction in front changes."""
        extra = 0.0
        if before.kind is Kind.LOAD and before.writes & after.reads:
            extra += self.load_use
        if before.kind is Kind.LOAD is after.kind and not before.writes & after.address:
            extra += self.pipelined_load - self.cycles.get(Kind.LOAD, 1.0)
        if before.is_float and after.is_float and any(map(_is_float_register, before.writes & after.reads)):
            extra += self.float_use
        return extra

    def _taken(self, jump: Jump) -> float:
        return {Jump.NONE: 0.0, Jump.DIRECT: self.taken_direct}.get(jump, self.taken_indirect)


def _is_float_register(name: str) -> bool:
    return name[0] in "sd" and name[1:].isdigit()
