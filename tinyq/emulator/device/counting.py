"""Counts what runs: instructions exactly, cycles by the rules of a processor.

A hook before each basic block notes only the edge from the block before it. Everything else follows from how often each
edge was taken: a block ran as often as edges lead to it, and its jump was taken on each edge that does not lead to its
end. A callback for each instruction would take ten times as long.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tinyq.emulator.device.instructions import Instruction, decode
from tinyq.emulator.device.timing import Timing

_ADDRESS_BITS = 32
_ADDRESS_MASK = (1 << _ADDRESS_BITS) - 1
NOWHERE = 0  # where a run begins, and what an exception interrupts: no jump leads from there

Edges = dict[int, int]


@dataclass(frozen=True)
class Count:
    """What was counted.

    Attributes:
        instructions: executed.
        cycles: they took, by the rules of the processor.
    """

    instructions: int = 0
    cycles: float = 0.0

    def __add__(self, other: Count) -> Count:
        return Count(self.instructions + other.instructions, self.cycles + other.cycles)


@dataclass(frozen=True)
class _Block:
    sizes: tuple[int, ...]  # of its instructions, in bytes
    end: int
    cycles: float
    taken: float
    always_taken: bool
    unaligned: float


class Counter:
    """Counts blocks for one owner after another.

    Args:
        timing: the rules.
        read_code: gives the bytes at an address.
        check: is shown each block when it first runs; may raise.
    """

    def __init__(
        self,
        timing: Timing,
        read_code: Callable[[int, int], bytes],
        check: Callable[[int, tuple[Instruction, ...]], None],
    ) -> None:
        self._timing, self._read_code, self._check = timing, read_code, check
        self._blocks: dict[int, _Block] = {}
        self._owners: dict[str, Edges] = {"": {}}
        self._switches: dict[int, Edges] = {}
        self._edges = self._owners[""]
        self._previous = NOWHERE
        self._extra_cycles = 0.0
        self._pause = 1  # blocks until `attend` is asked
        self.attend: Callable[[], int | None] = lambda: 1 << 30

    def hook(self, address: int, size: int) -> None:
        """A block of `size` bytes at `address` is about to run."""
        self._pause -= 1
        if self._pause <= 0:
            pause = self.attend()
            if pause is None:
                return  # the run stops in front of this block, which comes again when it goes on
            self._pause = pause
        if address in self._switches:
            self._edges = self._switches[address]
        key = self._previous << _ADDRESS_BITS | address
        try:
            self._edges[key] += 1
        except KeyError:
            self._learn(address, size)
            self._edges[key] = 1
        self._previous = address

    def hurry(self) -> None:
        """Ask `attend` before the next block."""
        self._pause = 0

    def give(self, owner: str, addresses: Iterable[int]) -> None:
        """From now on, what runs after a block at one of `addresses` counts for `owner`."""
        edges = self._owners.setdefault(owner, {})
        self._switches.update(dict.fromkeys(addresses, edges))

    def begin(self) -> None:
        """Start anew at zero, with the owner that has no name."""
        for edges in self._owners.values():
            edges.clear()
        self._edges, self._previous, self._extra_cycles = self._owners[""], NOWHERE, 0.0

    def interrupted(self, cycles: float) -> None:
        """An exception was entered or left, which takes `cycles`."""
        self._previous = NOWHERE
        self._extra_cycles += cycles

    def wait(self, cycles: float) -> None:
        """The processor slept."""
        self._extra_cycles += cycles

    @property
    def last_block(self) -> int:
        """Address of the last block that began to run."""
        return self._previous

    def runs_in_place(self) -> bool:
        """Whether the last block is one instruction that jumps to itself."""
        block = self._blocks.get(self._previous)
        itself = self._previous << _ADDRESS_BITS | self._previous
        return block is not None and len(block.sizes) == 1 and block.always_taken and itself in self._edges

    def of(self, owner: str) -> Count:
        """What was counted for an owner."""
        return self._sum(self._owners.get(owner, {}))

    def total(self) -> Count:
        """What was counted for all owners, exceptions and sleep included."""
        total = Count(0, self._extra_cycles)
        for edges in self._owners.values():
            total += self._sum(edges)
        return total

    def executed(self) -> collections.Counter[int]:
        """How often the instruction at each address ran."""
        result: collections.Counter[int] = collections.Counter()
        for edges in self._owners.values():
            for key, times in edges.items():
                address = key & _ADDRESS_MASK
                for size in self._blocks[address].sizes:
                    result[address] += times
                    address += size
        return result

    def _sum(self, edges: Edges) -> Count:
        instructions, cycles = 0, 0.0
        for key, times in edges.items():
            block = self._blocks[key & _ADDRESS_MASK]
            before = self._blocks.get(key >> _ADDRESS_BITS)
            instructions += times * len(block.sizes)
            cycles += times * block.cycles
            if before is not None and (before.always_taken or before.end != key & _ADDRESS_MASK):
                cycles += times * (before.taken + block.unaligned)
        return Count(instructions, cycles)

    def _learn(self, address: int, size: int) -> None:
        if address in self._blocks:
            return
        instructions = decode(self._read_code(address, size), address)
        self._check(address, instructions)
        cost = self._timing.cost(instructions, address)
        last = instructions[-1]
        self._blocks[address] = _Block(
            tuple(instruction.size for instruction in instructions),
            address + size,
            cost.cycles,
            cost.taken,
            always_taken=last.always_jumps,
            unaligned=cost.unaligned,
        )
