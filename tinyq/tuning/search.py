"""The search: all layers alike, then each layer alone changed, then a walk over the frontier.

What is measured next depends on what was measured before alone, never on when a measurement came in: any number of
workers finds the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tinyq.ir.bits import Bits
from tinyq.mixing.layers import Layer
from tinyq.tuning.point import HARDLY, UNCHANGED, Assignment, Measured, Point, Refused, dominates, frontier

Outcome = Measured | Refused
# Measures assignments, of which no two are alike; the outcomes come in the order of the assignments.
Measure = Callable[[Sequence[Assignment]], Sequence[Outcome]]

# (drop, cycles, flash, RAM, noise in units of the signal's power)
_Costs = tuple[float, ...]
_NOTHING: _Costs = (0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Task:
    """What is searched.

    Attributes:
        layers: whose bits are chosen.
        gains: by layer name, what returns if it alone stays float, in dB: where 16 bits promise most.
        trials: so many assignments are measured at most.
        most_drop: what is cheap is looked for among assignments of about so small a drop.
    """

    layers: tuple[Layer, ...]
    gains: Mapping[str, float]
    trials: int
    most_drop: float


def search(task: Task, measure: Measure) -> dict[Assignment, Outcome]:
    """Everything that was measured, in the order of the search."""
    tried: dict[Assignment, Outcome] = {}

    def try_out(assignments: Sequence[Assignment], most: int) -> None:
        new = [bits for bits in dict.fromkeys(assignments) if bits not in tried][: min(most, task.trials - len(tried))]
        tried.update(zip(new, measure(new), strict=True))

    try_out(_alike(task.layers), task.trials)
    base = next((bits for bits in tried if isinstance(tried[bits], Measured)), None)
    if base is None:
        return tried
    try_out([bits for _, bits in _alone(task, base)], task.trials // 2)
    while len(tried) < task.trials:
        following = list(_next_step(task, base, tried))
        if not following:
            break
        try_out(following, len(following))
    return tried


def points(tried: Mapping[Assignment, Outcome]) -> list[Point]:
    """Those that could be measured."""
    return [Point(bits, outcome) for bits, outcome in tried.items() if isinstance(outcome, Measured)]


def _alike(layers: Sequence[Layer]) -> list[Assignment]:
    """Every layer at 8 bits, at the fewest and at the most."""
    return [
        (UNCHANGED,) * len(layers),
        tuple(min(layer.possible) for layer in layers),
        tuple(max(layer.possible) for layer in layers),
    ]


def _alone(task: Task, base: Assignment) -> list[tuple[tuple[int, Bits], Assignment]]:
    """Each layer at each of its other bits, the others as in `base`: what promises most first.

    More bits promise most where float does, fewer bits where there are many weights; one of either in turn.
    """
    numbers = range(len(task.layers))
    by_gain = sorted(numbers, key=lambda number: -task.gains.get(task.layers[number].name, 0.0))
    by_weights = sorted(numbers, key=lambda number: -task.layers[number].weights)
    more = [(number, bits) for number in by_gain for bits in task.layers[number].possible if bits > base[number]]
    fewer = [(number, bits) for number in by_weights for bits in task.layers[number].possible if bits < base[number]]
    ranked = sorted([*enumerate(fewer), *enumerate(more)], key=lambda each: each[0])
    return [(change, _changed(base, *change)) for _, change in ranked]


def _changed(bits: Assignment, number: int, to: Bits) -> Assignment:
    return (*bits[:number], to, *bits[number + 1 :])


def _next_step(task: Task, base: Assignment, tried: Mapping[Assignment, Outcome]) -> Iterator[Assignment]:
    """One change from the frontier in each direction: the most accurate, the fastest, the least flash, the least RAM.

    The last three are of those within the drop, and of those that hardly differ in it, the cheapest in all. What a
    measured assignment is expected to be about as good as is put off.
    """
    expected, unit = _expected(task, base, tried), _costs(_measured(tried, base))
    known = [_coarse(_costs(point.measured), unit) for point in points(tried)]

    def is_new(costs: _Costs) -> bool:
        coarse = _coarse(costs, unit)
        return not any(dominates(other, coarse) or other == coarse for other in known)

    promising = {bits: costs for bits, costs in expected.items() if is_new(costs)}
    following = promising or expected
    if following:
        yield min(following, key=lambda bits: (following[bits][0], following[bits][-1], following[bits], bits))
    within = {bits: costs for bits, costs in following.items() if costs[0] <= task.most_drop}
    for aim in (1, 2, 3) if within else ():
        yield min(within, key=lambda bits: (_coarse(within[bits], unit)[aim], _whole(within[bits], unit), bits))


def _coarse(costs: _Costs, unit: _Costs) -> tuple[float, ...]:
    """Drop, cycles, flash and RAM; the last three in steps that are worth choosing by, relative to `unit`."""
    drop, *rest = costs[:-1]
    return drop, *(round(cost / whole / HARDLY) for cost, whole in zip(rest, unit[1:-1], strict=True))


def _whole(costs: _Costs, unit: _Costs) -> float:
    """Cycles, flash and RAM as one number, each relative to `unit`."""
    return sum(cost / whole for cost, whole in zip(costs[1:-1], unit[1:-1], strict=True))


def _expected(task: Task, base: Assignment, tried: Mapping[Assignment, Outcome]) -> dict[Assignment, _Costs]:
    """The neighbours of the frontier that nobody measured, and what they cost if effects of layers add up."""
    effects = _effects(task, base, tried)
    found: dict[Assignment, _Costs] = {}
    for point in frontier(points(tried)):
        for (number, to), effect in effects.items():
            before = effects.get((number, point.bits[number]))
            bits = _changed(point.bits, number, to)
            if before is not None and bits not in tried:
                costs = zip(_costs(point.measured), before, effect, strict=True)
                found.setdefault(bits, tuple(known - old + new for known, old, new in costs))
    return found


def _effects(task: Task, base: Assignment, tried: Mapping[Assignment, Outcome]) -> dict[tuple[int, Bits], _Costs]:
    """What each layer alone changes from `base` on, at each of the bits that were measured."""
    effects: dict[tuple[int, Bits], _Costs] = dict.fromkeys(enumerate(base), _NOTHING)
    before = _costs(_measured(tried, base))
    for change, bits in _alone(task, base):
        outcome = tried.get(bits)
        if isinstance(outcome, Measured):
            effects[change] = tuple(new - old for new, old in zip(_costs(outcome), before, strict=True))
    return effects


def _measured(tried: Mapping[Assignment, Outcome], bits: Assignment) -> Measured:
    outcome = tried[bits]
    assert isinstance(outcome, Measured)
    return outcome


def _costs(measured: Measured) -> _Costs:
    return *measured.costs, 10 ** (-measured.signal_to_noise / 10)
