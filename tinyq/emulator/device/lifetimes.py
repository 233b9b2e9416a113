"""What a memory plan takes for dead is overwritten, before a sample and after each layer: nobody may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.view import Layer
from tinyq.emulator.device.machine import Machine
from tinyq.errors import TinyqError

POISON = 0xA5
Ranges = tuple[tuple[int, int], ...]  # starts and ends in the arena


@dataclass(frozen=True)
class Lifetimes:
    """Which parts of a model's arena hold nothing.

    Attributes:
        arena: the symbol of the arena.
        before: the parts that hold nothing between two samples.
        after: for each layer the name of its function, and the parts that hold nothing any more when it has run.
    """

    arena: str
    before: Ranges
    after: tuple[tuple[str, Ranges], ...]

    def begin(self, machine: Machine) -> None:
        """Overwrite what is dead before a sample."""
        self._bury(machine, self.before)

    def invoke(self, machine: Machine, function: str, seconds: float) -> int:
        """Call `function`, which calls every layer in turn; overwrite what is dead after each. Returns its r0."""
        layers = [name for name, _ in self.after]
        return machine.call_by_parts(
            function, layers, lambda number: self._bury(machine, self.after[number][1]), seconds
        )

    def _bury(self, machine: Machine, ranges: Ranges) -> None:
        arena = machine.symbols.address(self.arena)
        if arena is None:
            raise TinyqError(f"the image has no symbol {self.arena}", "build it again")
        for start, end in ranges:
            machine.write_memory(arena + start, bytes([POISON]) * (end - start))


def lifetimes_of(model: GeneratedModel, layers: Sequence[Layer]) -> Lifetimes:
    """Those of the C of a model, whose layers are `layers`."""
    starts = [0, *(offset + size for offset, size in sorted(model.states))]
    ends = [*(offset for offset, _ in sorted(model.states)), model.arena_bytes]
    return Lifetimes(
        f"{model.identifier}_arena",
        tuple(zip(starts, ends, strict=True)),
        tuple((layer.symbol, layer.dead) for layer in layers),
    )
