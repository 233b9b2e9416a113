"""Faults on a serial line: bytes that get lost, change, or come twice, by chance but the same every time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

Answer = Callable[[bytes], bytes]


@dataclass
class Faults:
    """Damages bytes; each of the three kinds with the same probability.

    Attributes:
        every: one byte in so many is damaged, on average.
        count: how many were.
    """

    every: int
    count: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(7))

    def damage(self, data: bytes) -> bytes:
        """`data` as it arrives."""
        return b"".join(self._damaged(byte) for byte in data)

    def _damaged(self, byte: int) -> bytes:
        if self._chance.randrange(self.every):
            return bytes((byte,))
        self.count += 1
        kind = self._chance.randrange(3)
        return (b"", bytes((byte ^ 1 << self._chance.randrange(8),)), bytes((byte, byte)))[kind]


def both_ways(answer: Answer, faults: Faults) -> Answer:
    """`answer` with faults on what it is given and on what it returns."""
    return lambda data: faults.damage(answer(faults.damage(data)))
