"""`python -m benchmarks`: builds the models, measures them, prints them beside what others have published."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import get_args

import click

from benchmarks.measure import REFERENCE, Measured, measure_model
from benchmarks.picture import cycles_svg
from benchmarks.published import MODELS
from benchmarks.record import read_record, regressions, write_between, write_record
from benchmarks.table import markdown, print_table
from tinyq.firmware.board import load_board
from tinyq.kernels import Optimize

ROOT = Path(__file__).parent.parent
README, PICTURE = ROOT / "README.md", ROOT / "docs" / "benchmarks.svg"
OTHER_BOARDS = Path(__file__).parent / "README.md"
MARKS = ("<!-- written by python -m benchmarks --record -->\n", "<!-- end of the benchmarks -->\n")
MODES: tuple[Optimize, ...] = get_args(Optimize)


@click.command()
@click.option(
    "--models",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="TINYQ_MLPERF",
    required=True,
    help="Folder with kws_int8.tflite, vww_96_int8.tflite, ic_resnet8_int8.tflite, ad01_int8.tflite.",
)
@click.option("--board", "boards", multiple=True, default=(REFERENCE,), show_default=True, help="The emulated board.")
@click.option("--optimize", "modes", type=click.Choice(MODES), multiple=True, default=MODES)
@click.option(
    "--record",
    is_flag=True,
    help="Keep the figures in recorded.json and show them: in README.md and docs/benchmarks.svg those of "
    f"{REFERENCE}, in benchmarks/README.md those of other boards.",
)
@click.option("--check", is_flag=True, help="Exit with 1 where anything needs more than recorded.")
def main(*, models: Path, boards: tuple[str, ...], modes: tuple[Optimize, ...], record: bool, check: bool) -> None:
    """Build the four MLPerf Tiny models, and measure cycles, RAM and flash of their images on an emulated board."""
    from rich.console import Console

    console = Console()
    measured = []
    for board, mode, name in product(map(load_board, boards), modes, MODELS):
        with console.status(f"building and running {name} for {board.title}, --optimize {mode}"):
            measured.append(measure_model(models / f"{name}_int8.tflite", name, board, mode))
    for board_name in boards:
        print_table(console, on_board(measured, board_name))
    if record:
        write_record(measured)
        if reference := on_board(measured, REFERENCE):
            write_between(README, MARKS, markdown(reference))
            PICTURE.write_text(cycles_svg(reference))
        write_between(OTHER_BOARDS, MARKS, other_boards(list(read_record().values())))
    if check:
        recorded = read_record()
        grown = [line for each in measured if each.key in recorded for line in regressions(recorded[each.key], each)]
        console.print("\n".join(grown) or "nothing needs more than recorded")
        raise SystemExit(1 if grown else 0)


def on_board(measured: list[Measured], board: str) -> list[Measured]:
    """What was measured there."""
    return [each for each in measured if each.board == board]


def other_boards(recorded: list[Measured]) -> str:
    """A heading and a table for each board but the reference."""
    names = sorted({each.board for each in recorded} - {REFERENCE})
    boards = [load_board(name) for name in names]
    return "\n".join(
        f"## {board.cpu}: {board.title} (`{board.name}`)\n\n{markdown(on_board(recorded, board.name))}"
        for board in boards
    )


if __name__ == "__main__":
    main()
