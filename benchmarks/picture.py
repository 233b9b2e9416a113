"""Measured and published cycles as bars, in SVG."""

from collections.abc import Sequence

from benchmarks.measure import REFERENCE, Measured
from benchmarks.published import MODELS, published_for
from benchmarks.table import TITLES
from tinyq.tools.svg import document, text

_WIDTH, _LEFT, _BAR, _ROW, _GAP = 720, 190, 400, 20, 34
_OURS, _OTHERS = "#3b6ea5", "#b8bec6"


def cycles_svg(measured: Sequence[Measured]) -> str:
    """A group of bars for each model, the longest bar of a group over the whole width."""
    lines, top = [], 46
    for number, (model, title) in enumerate(zip(MODELS, TITLES, strict=True)):
        bars = _bars(measured, model, number)
        longest = max(cycles for _, cycles, _ in bars)
        lines.append(text(10, top, title, size=13, anchor="start"))
        for name, cycles, colour in bars:
            top += _ROW
            width = round(_BAR * cycles / longest)
            lines += [
                text(_LEFT - 8, top, name, anchor="end"),
                f'<rect x="{_LEFT}" y="{top - 12}" width="{width}" height="14" fill="{colour}"/>',
                text(_LEFT + width + 6, top, f"{cycles:.2f}", anchor="start"),
            ]
        top += _GAP
    title = text(10, 22, "Million cycles of one inference on a Cortex-M4, without waits for flash", size=14)
    return document(_WIDTH, top, [title, *lines])


def _bars(measured: Sequence[Measured], model: str, number: int) -> list[tuple[str, float, str]]:
    ours = [
        ("tinyq" if each.optimize == "balanced" else f"tinyq, {each.optimize}", each.cycles / 1e6, _OURS)
        for each in measured
        if each.model == model
    ]
    emulated = (each for each in published_for(REFERENCE) if "measured" not in each.name)
    return ours + [(each.name, each.cycles[number], _OTHERS) for each in emulated]
