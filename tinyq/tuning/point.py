"""What was measured of an assignment of bits, and which assignments are best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinyq.ir.bits import Bits

# Bits of each layer, in the order of the layers.
Assignment = tuple[Bits, ...]
UNCHANGED: Bits = 8
_CYCLES, _FLASH, _RAM = 1, 2, 3  # where `Measured.costs` has them
HARDLY = 0.01  # a difference of cycles, flash or RAM, relative to the whole, that is not worth choosing by


@dataclass(frozen=True)
class Measured:
    """What an assignment costs.

    Attributes:
        score: of the generated C on the samples held out, in the metric of the search.
        drop: how much worse than the float model that is, as tinyq.tuning.metric says; 0.01 is what `1%` means.
        signal_to_noise: of the outputs against the float model's, in dB.
        cycles: of one inference on the emulated board.
        flash_bytes: of the firmware image.
        ram_bytes: likewise, the stack among them.
    """

    score: float
    drop: float
    signal_to_noise: float
    cycles: int
    flash_bytes: int
    ram_bytes: int

    @property
    def costs(self) -> tuple[float, int, int, int]:
        """What is to be small: drop, cycles, flash and RAM."""
        return self.drop, self.cycles, self.flash_bytes, self.ram_bytes


@dataclass(frozen=True)
class Refused:
    """An assignment that can't be measured: it can't be built, or does not fit into the board; `reason` says why."""

    reason: str


@dataclass(frozen=True)
class Point:
    """A measured assignment."""

    bits: Assignment
    measured: Measured

    @property
    def _preference(self) -> tuple[float, int, Assignment]:
        """Of points that cost the same: less noise, then fewer layers changed, then an order that stays the same."""
        changed = sum(bits != UNCHANGED for bits in self.bits)
        return -self.measured.signal_to_noise, changed, self.bits


def dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether the costs `one` are nowhere larger than `other`, and somewhere smaller."""
    return all(a <= b for a, b in zip(one, other, strict=True)) and tuple(one) != tuple(other)


def frontier(points: Iterable[Point]) -> tuple[Point, ...]:
    """The Pareto frontier: the points that no other one dominates; of those that cost the same, one.

    Returns:
        The points by their cycles, then flash, RAM and drop; the same for any order of `points`.
    """
    preferred: dict[tuple[float, ...], Point] = {}
    for point in sorted(points, key=lambda each: each._preference):
        preferred.setdefault(point.measured.costs, point)
    best = (point for costs, point in preferred.items() if not any(dominates(other, costs) for other in preferred))
    return tuple(sorted(best, key=_cheapness))


def recommended(points: Iterable[Point], most_drop: float) -> Point | None:
    """Of the points with a drop of `most_drop` at most the one with the fewest cycles, then flash, then RAM, then drop.

    Each decides among those that the one before leaves, and what is within a hundredth of the least counts as the
    least: single cycles and bytes would decide otherwise, and accuracy be given away for them.
    """
    left = [point for point in points if point.measured.drop <= most_drop]
    for cost in (_CYCLES, _FLASH, _RAM):
        least = min((point.measured.costs[cost] for point in left), default=0)
        left = [point for point in left if point.measured.costs[cost] <= least * (1 + HARDLY)]
    return min(left, key=lambda point: (point.measured.drop, *_cheapness(point)), default=None)


def _cheapness(point: Point) -> tuple[float, ...]:
    drop, *rest = point.measured.costs
    return *rest, drop
