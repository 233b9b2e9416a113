"""Measured and published figures side by side, as a table for the terminal and for README.md."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Measured
from benchmarks.published import MODELS, Published, published_for

TITLES = ("keyword spotting", "visual wake words", "image classification", "anomaly detection")
SHORT = ("KWS", "VWW", "IC", "AD")
QUANTITIES = (("cycles", "million cycles"), ("ram", "RAM"), ("flash", "flash"))

Row = tuple[str, ...]


def rows(measured: Sequence[Measured]) -> list[Row]:
    """One row for each quantity and tool: the quantity, the tool, a figure for each model. All are of one board."""
    others = published_for(measured[0].board)
    return [
        row
        for quantity, title in QUANTITIES
        for row in (*_own(measured, quantity, title), *(_other(each, quantity, title) for each in others))
        if any(row[2:])
    ]


def markdown(measured: Sequence[Measured]) -> str:
    """The table as README.md shows it."""
    head = f"| | | {' | '.join(TITLES)} |\n|---|---|{'---|' * len(TITLES)}\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in _without_repeats(rows(measured), bold=True))


def print_table(console: Console, measured: Sequence[Measured]) -> None:
    """The table on the terminal, and where the others' figures come from."""
    table = Table("", "", box=None, pad_edge=False)
    for title in SHORT:
        table.add_column(title, justify="right")
    for row in _without_repeats(rows(measured), bold=False):
        table.add_row(*row)
    console.print(table)
    for each in published_for(measured[0].board):
        console.print(f"[dim]{each.name}: {each.source}[/dim]", soft_wrap=True, highlight=False)


def _own(measured: Sequence[Measured], quantity: str, title: str) -> list[Row]:
    modes = dict.fromkeys(each.optimize for each in measured)
    found = {(each.optimize, each.model): each for each in measured}
    return [(title, _name(mode), *(_figure(quantity, found.get((mode, model))) for model in MODELS)) for mode in modes]


def _name(mode: str) -> str:
    return "tinyq" if mode == "balanced" else f"tinyq --optimize {mode}"


def _figure(quantity: str, measured: Measured | None) -> str:
    if measured is None:
        return ""
    return f"{measured.cycles / 1e6:.2f}" if quantity == "cycles" else f"{getattr(measured, quantity):,}"


def _other(published: Published, quantity: str, title: str) -> Row:
    figures = getattr(published, quantity) or ("",) * len(MODELS)
    return (title, published.name, *(f"{figure:,}" if isinstance(figure, int) else str(figure) for figure in figures))


def _without_repeats(table: Sequence[Row], *, bold: bool) -> list[Row]:
    """A quantity is named in its first row only; rows of ours may be set in bold."""
    shown, before = [], ""
    for quantity, tool, *figures in table:
        is_ours = bold and tool.startswith("tinyq")
        cells = [f"**{cell}**" if is_ours and cell else cell for cell in (tool, *figures)]
        shown.append(("" if quantity == before else quantity, *cells))
        before = quantity
    return shown
