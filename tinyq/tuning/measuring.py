"""Measures what no earlier run has measured, and writes each measurement into the journal when it comes in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tinyq.tuning.journal import Journal
from tinyq.tuning.point import Assignment, Measured
from tinyq.tuning.processes import Pool
from tinyq.tuning.search import Outcome


@dataclass
class Measuring:
    """The `measure` of a search.

    Attributes:
        pool: measures.
        journal: gets what it measured; what is refused is tried anew by the next run, which may have more room.
        known: from earlier runs.
        tell: is told how many outcomes there are.
        done: so many there are.
    """

    pool: Pool
    journal: Journal
    known: Mapping[Assignment, Measured]
    tell: Callable[[int], None]
    done: int = 0

    def __call__(self, assignments: Sequence[Assignment]) -> list[Outcome]:
        """The outcomes, in the order of `assignments`."""
        found: dict[Assignment, Outcome] = {bits: self.known[bits] for bits in assignments if bits in self.known}
        self._count(len(found))
        for bits, outcome in self.pool([bits for bits in assignments if bits not in found]):
            if isinstance(outcome, Measured):
                self.journal.add(bits, outcome)
            found[bits] = outcome
            self._count(1)
        return [found[bits] for bits in assignments]

    def _count(self, more: int) -> None:
        self.done += more
        self.tell(self.done)
