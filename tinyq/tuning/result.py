"""What a search found, and as JSON: frontier.json."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import tinyq
from tinyq.ir.bits import Bits
from tinyq.mixing.layers import Layer
from tinyq.tuning.metric import MetricName
from tinyq.tuning.point import UNCHANGED, Assignment, Point, Refused, frontier, recommended
from tinyq.tuning.search import Outcome, points


@dataclass(frozen=True, eq=False)
class Tuned:
    """A finished search.

    Attributes:
        model: its name in C.
        sha256: of the quantized model in which bits were chosen.
        board: the name of the board.
        clock_hz: its processor's clock.
        metric: what scores are.
        of_float: the float model's score.
        most_drop: `--max-drop`; 0.01 for 1%.
        held_out: so many samples were measured on.
        data: one sentence on where they come from.
        is_split: whether they were held out of the representative data.
        layers: whose bits were chosen.
        tried: all assignments, in the order of the search.
    """

    model: str
    sha256: str
    board: str
    clock_hz: int
    metric: MetricName
    of_float: float
    most_drop: float
    held_out: int
    data: str
    is_split: bool
    layers: tuple[Layer, ...]
    tried: Mapping[Assignment, Outcome]

    @cached_property
    def measured(self) -> tuple[Point, ...]:
        """What could be measured, in the order of the search."""
        return tuple(points(self.tried))

    @cached_property
    def refused(self) -> tuple[Refused, ...]:
        """What could not."""
        return tuple(outcome for outcome in self.tried.values() if isinstance(outcome, Refused))

    @cached_property
    def frontier(self) -> tuple[Point, ...]:
        """The best, the fewest cycles first."""
        return frontier(self.measured)

    @cached_property
    def recommended(self) -> Point | None:
        """The one to build; None where none is within the drop."""
        return recommended(self.frontier, self.most_drop)

    @property
    def most_accurate(self) -> Point:
        """The one with the smallest drop; of several, the one with the fewest cycles."""
        return min(self.frontier, key=lambda point: point.measured.drop)

    def as_dict(self) -> dict[str, Any]:
        """What frontier.json holds; docs/tune.md says what each key means."""
        return {
            "tinyq": tinyq.__version__,
            "model": {"name": self.model, "int8_sha256": self.sha256},
            "board": {"name": self.board, "clock_hz": self.clock_hz},
            "metric": self.metric,
            "float": self.of_float,
            "max_drop": self.most_drop,
            "data": {"note": self.data, "held_out": self.held_out, "split": self.is_split},
            "layers": [asdict(layer) for layer in self.layers],
            "trials": len(self.tried),
            "refused": [outcome.reason for outcome in self.refused],
            "recommended": None if self.recommended is None else self.frontier.index(self.recommended),
            "frontier": [self._point(point) for point in self.frontier],
            "measured": [self._point(point) for point in self.measured],
        }

    def _point(self, point: Point) -> dict[str, Any]:
        values = asdict(point.measured)
        noise = values.pop("signal_to_noise")
        return {**values, "signal_to_noise_db": noise, "bits": changed(self.layers, point.bits)}


def changed(layers: tuple[Layer, ...], bits: Assignment) -> dict[str, Bits]:
    """The bits of the layers that don't stay at 8, by name: what `tinyq build --layers FILE` takes."""
    return {layer.name: chosen for layer, chosen in zip(layers, bits, strict=True) if chosen != UNCHANGED}


def summary(layers: tuple[Layer, ...], bits: Assignment) -> str:
    """The same for people, such as `16: conv; 4: dense; else 8`."""
    parts = []
    for each in sorted(set(bits), reverse=True):
        names = [layer.name for layer, chosen in zip(layers, bits, strict=True) if chosen == each]
        if len(names) == len(bits):
            return f"all {each}"
        if each != UNCHANGED:
            parts.append(f"{each}: {', '.join(names)}")
    return "; ".join([*parts, *(["else 8"] if UNCHANGED in bits else [])])
