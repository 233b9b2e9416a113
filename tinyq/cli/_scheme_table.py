"""The table of schemes that `tinyq compare` prints, and writes as Markdown."""

from collections.abc import Sequence

from rich.console import Console

from tinyq.cli._scores import energy_text, score_text
from tinyq.cli._tables import plain_table
from tinyq.firmware.board import Board
from tinyq.pipeline.comparison import energy_note
from tinyq.pipeline.schemes import Tried

_HEADINGS = ("flash", "RAM", "arena", "cycles", "energy", "mismatches")


def print_schemes(console: Console, name: str, board: Board, found: Sequence[Tried]) -> None:
    """A row for each scheme; the reasons of those that refuse the model below it."""
    table = plain_table(f"{name} on {board.title}, {board.clock_hz / 1e6:g} MHz")
    table.add_column("scheme", no_wrap=True)
    for heading in (metric_of(found), *_HEADINGS):
        table.add_column(heading, justify="right", no_wrap=True)
    for tried in found:
        table.add_row(tried.scheme, *(cells(tried) or ("refused",)))
    console.print()
    console.print(table)
    for note in (*refusals(found), f"energy: {energy_note(board)}"):
        console.print(note, soft_wrap=True, highlight=False)


def markdown(board: Board, found: Sequence[Tried]) -> str:
    """The same for a document."""
    return f"{markdown_table(found, metric_of(found))}\n- energy: {energy_note(board)}\n"


def markdown_table(found: Sequence[Tried], score: str) -> str:
    """The table alone, and the reasons of schemes that refuse the model; `score` heads the column of scores."""
    head = ("scheme", score, *_HEADINGS)
    rows = [(tried.scheme, *(cells(tried) or ("refused", *[""] * len(_HEADINGS)))) for tried in found]
    lines = [_line(head), _line(("---", *["---:"] * (len(head) - 1))), *map(_line, rows)]
    refused = [f"- {reason}" for reason in refusals(found)]
    return "\n".join([*lines, *(["", *refused] if refused else [])]) + "\n"


def metric_of(found: Sequence[Tried]) -> str:
    """What the scores are, in words."""
    return next((tried.metric.replace("_", " ") for tried in found if tried.metric), "score")


def cells(tried: Tried) -> tuple[str, ...]:
    """The figures of a row; none of a scheme that was refused."""
    if tried.figures is None:
        return ()
    cost = tried.figures.cost
    return (
        score_text(tried.metric, tried.figures.score),
        f"{cost.flash_bytes:,}",
        f"{cost.ram_bytes:,}",
        f"{cost.arena_bytes:,}",
        "" if cost.cycles is None else f"{cost.cycles:,}",
        energy_text(tried.figures.energy_joules),
        f"{tried.mismatches:,}",
    )


def refusals(found: Sequence[Tried]) -> tuple[str, ...]:
    """Who refuses the model, and why."""
    return tuple(f"{tried.scheme}: {tried.refusal}" for tried in found if tried.refusal)


def _line(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"
