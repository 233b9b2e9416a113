"""Searches over layers that cost what a formula says."""

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyq.ir.bits import Bits
from tinyq.mixing.layers import Layer
from tinyq.tuning.point import Assignment, Measured, Refused
from tinyq.tuning.processes import Pool
from tinyq.tuning.result import Tuned
from tinyq.tuning.search import Outcome, Task, search

FOUR = tuple(Layer(f"layer{number}", "CONV_2D", 100 * (number + 1), (4, 8, 16)) for number in range(4))


@dataclass(frozen=True)
class Formula:
    """What bits cost: the drop of each layer falls with them, all else grows; refused where flash exceeds `most`.

    Attributes:
        layers: whose bits are chosen.
        seed: other numbers for other seeds.
        most: bytes of flash that there are.
    """

    layers: tuple[Layer, ...]
    seed: int = 0
    most: int = 10**9

    def __call__(self, bits: Assignment) -> Outcome:
        """What `bits` cost."""
        chance = np.random.default_rng(self.seed)
        harm, work, room = chance.integers(1, 100, (3, len(bits)))
        each: Sequence[int] = bits
        drop = float(np.round(np.sum(harm / np.exp2(each)), 6))
        flash = int(np.sum(room * np.minimum(each, 8)))
        if flash > self.most:
            return Refused(f"flash: {flash} bytes")
        peak = int(np.max(work * np.maximum(each, 8)))
        return Measured(1 - drop, drop, round(-10 * np.log10(drop), 2), int(work @ np.array(each)), flash, peak)


@dataclass(frozen=True)
class Deadly:
    """A formula, during which the process that computes it for `bits` is killed the first time.

    Attributes:
        formula: what is answered in the end.
        bits: while these are measured.
        mark: a file that says that it has happened.
    """

    formula: Formula
    bits: Assignment
    mark: Path

    def __call__(self, bits: Assignment) -> Outcome:
        """As the formula says, if need be after a death."""
        if bits == self.bits and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.formula(bits)


def task(layers: tuple[Layer, ...] = FOUR, trials: int = 30, most_drop: float = 1.0) -> Task:
    return Task(layers, {layer.name: float(number) for number, layer in enumerate(layers)}, trials, most_drop)


def searched(formula: Formula, what: Task) -> dict[Assignment, Outcome]:
    return search(what, lambda assignments: [formula(bits) for bits in assignments])


def by_pool(pool: Pool, what: Task) -> dict[Assignment, Outcome]:
    """The same by a pool, whose outcomes come in any order."""

    def measure(assignments: Sequence[Assignment]) -> list[Outcome]:
        found = dict(pool(assignments))
        return [found[bits] for bits in assignments]

    return search(what, measure)


def backwards(formula: Formula, assignments: Sequence[Assignment]) -> Iterator[tuple[Assignment, Outcome]]:
    """A pool in which the last one comes in first."""
    return ((bits, formula(bits)) for bits in reversed(assignments))


def all_assignments(layers: Sequence[Layer]) -> list[Assignment]:
    found: list[tuple[Bits, ...]] = [()]
    for layer in layers:
        found = [(*bits, each) for bits in found for each in layer.possible]
    return found


def tuned(tried: dict[Assignment, Outcome], layers: tuple[Layer, ...] = FOUR, most_drop: float = 1.0) -> Tuned:
    return Tuned(
        "net",
        "0" * 64,
        "nano33",
        64_000_000,
        "accuracy",
        1.0,
        most_drop,
        50,
        "made up",
        is_split=True,
        layers=layers,
        tried=tried,
    )
