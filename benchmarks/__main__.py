"""`python -m benchmarks`: builds the models, measures them, prints them beside what others have published."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from benchmarks.measure import Measured, measure_model
from benchmarks.picture import cycles_svg
from benchmarks.published import MODELS
from benchmarks.record import read_record, regressions, write_record
from benchmarks.table import markdown, print_table
from tinyq.firmware.board import load_board
from tinyq.kernels import Optimize

ROOT = Path(__file__).parent.parent
README, PICTURE = ROOT / "README.md", ROOT / "docs" / "benchmarks.svg"
BEGIN, END = "<!-- written by python -m benchmarks --record -->\n", "<!-- end of the benchmarks -->\n"
MODES: tuple[Optimize, ...] = get_args(Optimize)


@click.command()
@click.option(
    "--models",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="TINYQ_MLPERF",
    required=True,
    help="Folder with kws_int8.tflite, vww_96_int8.tflite, ic_resnet8_int8.tflite, ad01_int8.tflite.",
)
@click.option("--board", default="nucleo_l4r5zi", show_default=True, help="The emulated board.")
@click.option("--optimize", "modes", type=click.Choice(MODES), multiple=True, default=("balanced", "speed", "ram"))
@click.option("--record", is_flag=True, help="Keep the figures: recorded.json, README.md and docs/benchmarks.svg.")
@click.option("--check", is_flag=True, help="Exit with 1 where anything needs more than recorded.")
def main(*, models: Path, board: str, modes: tuple[Optimize, ...], record: bool, check: bool) -> None:
    """Build the four MLPerf Tiny models, and measure cycles, RAM and flash of their images on an emulated board."""
    from rich.console import Console

    console, target = Console(), load_board(board)
    measured = []
    for mode in modes:
        for name in MODELS:
            with console.status(f"building and running {name}, --optimize {mode}"):
                measured.append(measure_model(models / f"{name}_int8.tflite", name, target, mode))
    print_table(console, measured)
    if record:
        write_record(measured)
        write_readme(measured)
        PICTURE.write_text(cycles_svg(measured))
    if check:
        recorded = read_record()
        grown = [line for each in measured if each.key in recorded for line in regressions(recorded[each.key], each)]
        console.print("\n".join(grown) or "nothing needs more than recorded")
        raise SystemExit(1 if grown else 0)


def write_readme(measured: list[Measured]) -> None:
    """Put the table between the two comments in README.md."""
    text = README.read_text()
    before, rest = text.split(BEGIN)
    README.write_text(before + BEGIN + "\n" + markdown(measured) + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
