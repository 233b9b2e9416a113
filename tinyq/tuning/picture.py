"""The frontier as a picture: cycles from left to right, the score upwards, flash as area, in SVG."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tinyq.tools.svg import document, text
from tinyq.tuning.metric import score_with
from tinyq.tuning.point import Point
from tinyq.tuning.result import Tuned, summary

_WIDTH, _HEIGHT = 760, 470
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 650, 118, 410
_LARGEST = 13.0  # radius of the circle with most flash; areas are in proportion to it
_FRONTIER, _DOMINATED, _RECOMMENDED, _LINE = "#3b6ea5", "#b8bec6", "#d08770", "#e3e6ea"
_TICKS = 5
_LONGEST = 55  # letters of the bits of layers that fit into a line; the tooltip has them all
_MARGIN = 0.08  # of the range of the values, on either side

# What is written at the axis, and what a score is multiplied by there.
_SCORES = {
    "accuracy": ("accuracy, %", 100.0),
    "mean_absolute_error": ("mean absolute error", 1.0),
    "error_against_float": ("error against the float model, %", 100.0),
}


@dataclass(frozen=True)
class _Axis:
    """The numbers from `low` to `high` lie between the pixels `start` and `end`."""

    low: float
    high: float
    start: int
    end: int

    def at(self, value: float) -> float:
        return round(self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low), 1)

    def ticks(self) -> list[float]:
        """Multiples of 1, 2 or 5 times a power of 10 (Heckbert, "Nice Numbers for Graph Labels", Graphics Gems)."""
        rough = (self.high - self.low) / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
        return [step * number for number in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]


def _axis(values: Iterable[float], start: int, end: int) -> _Axis:
    known = list(values)
    low, high = min(known), max(known)
    margin = _MARGIN * (high - low) or _MARGIN * abs(high) or 1.0
    return _Axis(low - margin, high + margin, start, end)


@dataclass(frozen=True)
class _Plane:
    """Where a point lies."""

    x: _Axis
    y: _Axis
    factor: float

    def at(self, point: Point) -> tuple[float, float]:
        return self.x.at(point.measured.cycles / 1e6), self.y.at(self.factor * point.measured.score)


def frontier_svg(found: Tuned) -> str:
    """The text of the file: each measured assignment is a circle, whose tooltip says what it is."""
    title, factor = _SCORES[found.metric]
    limits = {
        "float model": found.of_float,
        f"--max-drop {100 * found.most_drop:g}%": score_with(found.metric, found.of_float, found.most_drop),
    }
    scores = [*limits.values(), *(point.measured.score for point in found.measured)]
    plane = _Plane(
        _axis((point.measured.cycles / 1e6 for point in found.measured), _LEFT, _RIGHT),
        _axis((factor * score for score in scores), _BOTTOM, _TOP),
        factor,
    )
    lines = [
        text(10, 24, f"{found.model} on {found.board}: 4, 8 or 16 bits for each layer", size=15),
        *_legend(found),
        *_grid(plane),
        text(10, _TOP - 14, title),
        text((_LEFT + _RIGHT) / 2, _BOTTOM + 44, "million cycles of one inference", anchor="middle"),
        *(line for name, score in limits.items() for line in _limit(name, plane.y.at(factor * score))),
        *(_circle(found, point, *plane.at(point)) for point in _drawn_in_order(found)),
    ]
    return document(_WIDTH, _HEIGHT, lines)


def _drawn_in_order(found: Tuned) -> list[Point]:
    """What is dominated lies under the frontier, and what is large under what is small; the recommended one on top."""
    best = set(found.frontier)
    return sorted(
        found.measured, key=lambda point: (point == found.recommended, point in best, -point.measured.flash_bytes)
    )


def _colour(found: Tuned, point: Point) -> str:
    if point == found.recommended:
        return _RECOMMENDED
    return _FRONTIER if point in found.frontier else _DOMINATED


def _circle(found: Tuned, point: Point, x: float, y: float) -> str:
    measured = point.measured
    most = max(each.measured.flash_bytes for each in found.measured)
    radius = round(_LARGEST * math.sqrt(measured.flash_bytes / most), 1)
    said = (
        f"{summary(found.layers, point.bits)} - {found.metric.replace('_', ' ')} {measured.score:.4g}, "
        f"{measured.cycles:,} cycles, {measured.flash_bytes:,} bytes of flash, {measured.ram_bytes:,} of RAM"
    )
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{_colour(found, point)}" fill-opacity="0.8" stroke="white">'
        f"<title>{escape(said)}</title></circle>"
    )


def _legend(found: Tuned) -> list[str]:
    lines, x = [], 16
    for colour, name in ((_FRONTIER, "frontier"), (_DOMINATED, "measured, dominated")):
        lines += [f'<circle cx="{x}" cy="46" r="6" fill="{colour}"/>', text(x + 11, 50, name)]
        x += 36 + 7 * len(name)
    lines.append(text(x, 50, "area: bytes of flash"))
    if found.recommended is None:
        return [*lines, text(10, 72, "none is within the drop")]
    measured, bits = found.recommended.measured, summary(found.layers, found.recommended.bits)
    said = f"recommended: {bits if len(bits) <= _LONGEST else f'{bits[:_LONGEST]}...'}"
    costs = f"{measured.cycles:,} cycles, flash {measured.flash_bytes:,}, RAM {measured.ram_bytes:,}"
    return [*lines, f'<circle cx="16" cy="68" r="6" fill="{_RECOMMENDED}"/>', text(27, 72, f"{said}, at {costs}")]


def _grid(plane: _Plane) -> list[str]:
    lines = []
    for value in plane.x.ticks():
        x = plane.x.at(value)
        lines += [_stroke(x, _TOP, x, _BOTTOM, _LINE), text(x, _BOTTOM + 20, f"{value:.6g}", anchor="middle")]
    for value in plane.y.ticks():
        y = plane.y.at(value)
        lines += [_stroke(_LEFT, y, _RIGHT, y, _LINE), text(_LEFT - 8, y + 4, f"{value:.6g}", anchor="end")]
    return lines


def _limit(name: str, y: float) -> list[str]:
    return [_stroke(_LEFT, y, _RIGHT, y, "#222", dashes="5 4"), text(_RIGHT + 6, y + 4, name, size=11)]


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "none") -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-dasharray="{dashes}"/>'
