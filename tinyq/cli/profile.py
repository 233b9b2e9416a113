"""`tinyq profile`."""

from pathlib import Path

import click

from tinyq.cli._options import (
    all_choices,
    board_option,
    data_option,
    image_option,
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
@project_option
@all_choices
@image_option
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the result there.")
@click.option("--svg", "svg_file", type=click.Path(path_type=Path, dir_okay=False), help="Draw it there.")
def command(
    *,
    model: Path | None,
    board: str | None,
    data: str | None,
    project: Path,
    choices: Choices,
    out: Path | None,
    json_file: Path | None,
    svg_file: Path | None,
) -> None:
    """Count instructions and cycles of each layer of MODEL, in its firmware on an emulated board.

    The first sample of --data runs, or a random one. MODEL is what `tinyq build` takes. Where --out names a build, its
    report.json gets the result.
    """
    from rich.console import Console

    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._profile_table import print_profile
    from tinyq.codegen.write import write_bytes
    from tinyq.emulator.device.picture import profile_svg
    from tinyq.firmware.board import load_board
    from tinyq.pipeline.compile import compile_tflite
    from tinyq.pipeline.device import device_image, device_profile
    from tinyq.pipeline.measure import self_test, test_set
    from tinyq.pipeline.report import as_json, note_profile
    from tinyq.pipeline.source import read_source
    from tinyq.pipeline.target import chosen_target

    described = project_of(model, project, choices)
    target = load_board(required_board(board, described))
    console = Console()
    with TerminalDisplay(console) as display:
        display.stage(f"reading {described.model.name}")
        source = read_source(described.model, data or described.data, display.stage, described.choices)
        goal = chosen_target(target, described.choices)
        compiled = compile_tflite(source.tflite, model_name(described), source.where, goal)
        tests = test_set(compiled, data or described.test or described.data)
        display.stage(f"building the firmware for {target.title}")
        image = device_image(compiled, target, self_test(compiled, tests), out)
        display.stage("counting")
        sample = b"".join(array[:1].tobytes() for array in tests.inputs)
        found = device_profile(compiled, target, image, sample)
    print_profile(console, found)
    if out is not None:
        note_profile(out, found)
    if json_file is not None:
        write_bytes(json_file, as_json(found.as_dict()).encode())
    if svg_file is not None:
        write_bytes(svg_file, profile_svg(found).encode())
