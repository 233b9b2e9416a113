"""`tinyq compare`."""

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
@click.option("--test", metavar="DATA", help="Labelled inputs to measure on; --data where it is not given.")
@project_option
@click.option("--schemes", metavar="NAMES", help="Such as int8,float32; all that there are where it is not given.")
@choice_options("optimize", "arithmetic", "calibrate", "layers", "allow_float")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the table there.")
@click.option(
    "--markdown", "markdown_file", type=click.Path(path_type=Path, dir_okay=False), help="Write it there as Markdown."
)
def command(
    *,
    model: Path | None,
    board: str | None,
    data: str | None,
    test: str | None,
    project: Path,
    schemes: str | None,
    choices: Choices,
    json_file: Path | None,
    markdown_file: Path | None,
) -> None:
    """Build the Keras MODEL in every scheme, and show accuracy, flash, RAM, cycles and energy side by side.

    Every scheme's C is compared with the NumPy reference on all of the test set, and its firmware runs on an emulated
    board. A scheme that refuses the model says why. Exit status 1 where anything differs.
    """
    from rich.console import Console

    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._scheme_table import markdown, print_schemes
    from tinyq.codegen.write import write_bytes
    from tinyq.firmware.board import load_board
    from tinyq.pipeline.report import as_json
    from tinyq.pipeline.schemes import Question, read_schemes, require_no_mismatch, table_dict, try_schemes

    # --layers is for the scheme mixed, which is one of several here.
    described = project_of(model, project, replace(choices, layers=None))
    wanted = read_schemes(schemes)
    question = Question(
        described.model,
        model_name(described),
        load_board(required_board(board, described)),
        data or described.data,
        test or described.test,
        choices.over(described.choices),
    )
    console = Console()
    with TerminalDisplay(console) as display:
        found = try_schemes(question, wanted, display)
    print_schemes(console, question.name, question.board, found)
    if json_file is not None:
        write_bytes(json_file, as_json(table_dict(question, found)).encode())
    if markdown_file is not None:
        write_bytes(markdown_file, markdown(question.board, found).encode())
    require_no_mismatch(found)
