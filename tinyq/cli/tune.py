"""`tinyq tune`."""

from dataclasses import replace
from pathlib import Path

import click

from tinyq.cli._options import (
    board_option,
    choice_options,
    data_option,
    model_argument,
    model_name,
    project_of,
    project_option,
    required_board,
)
from tinyq.frontend.choices import Choices


@click.command()
@model_argument
@board_option
@data_option
@click.option(
    "--test", metavar="DATA", help="Labelled inputs to measure on; else a third of --data is held out for it."
)
@project_option
@click.option(
    "--max-drop",
    default="1%",
    show_default=True,
    help="How much worse than float32 the recommended bits may be: percentage points of accuracy; for real-valued "
    "labels, by how much the error may grow; without labels, the error against the float model.",
)
@click.option(
    "--trials", type=click.IntRange(min=1), default=40, show_default=True, help="So many assignments are measured."
)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that measure.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler whose workers measure, such as tcp://host:8786.")
@choice_options("optimize", "arithmetic", "calibrate")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("tune"),
    show_default=True,
    help="Where to leave frontier.json, frontier.svg and layers.json.",
)
def command(
    *,
    model: Path | None,
    board: str | None,
    data: str | None,
    test: str | None,
    project: Path,
    max_drop: str,
    trials: int,
    workers: int,
    scheduler: str | None,
    choices: Choices,
    out: Path,
) -> None:
    """Search 4, 8 and 16 bits for each layer of the Keras MODEL: accuracy, cycles, flash and RAM, all measured.

    The frontier is left in --out: what is nowhere worse than the rest. Recommended is what takes the fewest cycles
    within --max-drop. A search that was interrupted goes on where it was.
    """
    from rich.console import Console

    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._tuning_table import build_command, none_within, print_tuned
    from tinyq.pipeline.tune import TuneRequest, tune
    from tinyq.tuning.metric import read_drop

    described = project_of(model, project, choices)
    request = TuneRequest(
        model=described.model,
        name=model_name(described),
        board=required_board(board, described),
        data=data or described.data,
        test=test or (None if data else described.test),
        out=out,
        most_drop=read_drop(max_drop),
        trials=trials,
        workers=workers,
        scheduler=scheduler,
        choices=replace(described.choices, scheme=None, layers=None, allow_float=False),
    )
    console = Console()
    with TerminalDisplay(console) as display:
        found = tune(request, display)
    print_tuned(console, found)
    if found.recommended is None:
        raise none_within(request, found)
    console.print(
        f"\nfrontier, picture and bits: {out}\nto build the recommended one:", highlight=False, soft_wrap=True
    )
    click.echo(build_command(request, found))
