"""`tinyq inspect`."""

from pathlib import Path

import click

from tinyq.cli._options import choice_options
from tinyq.frontend.choices import Choices


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@choice_options("scheme", "allow_float")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the result there.")
def command(*, model: Path, choices: Choices, json_file: Path | None) -> None:
    """Show what MODEL needs, and all of its layers that can't be built; exit status 1 where there are any.

    MODEL is what `tinyq build` takes. A float model needs no data here.
    """
    from rich.console import Console

    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._inspection_table import print_inspection
    from tinyq.codegen.write import write_bytes
    from tinyq.pipeline.inspect import inspect
    from tinyq.pipeline.report import as_json

    console = Console()
    with TerminalDisplay(console) as display:
        display.stage(f"reading {model}")
        found = inspect(model, display.stage, choices.scheme, allow_float=choices.allow_float)
    print_inspection(console, found)
    if json_file is not None:
        write_bytes(json_file, as_json(found.as_dict()).encode())
    if found.compiled is None:
        click.get_current_context().exit(1)
