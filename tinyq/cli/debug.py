"""`tinyq debug`."""

from pathlib import Path

import click

from tinyq.cli._options import (
    board_option,
    choice_options,
    model_argument,
    model_name,
    project_of,
    project_option,
)
from tinyq.frontend.choices import Choices


@click.command()
@model_argument
@click.option("--data", metavar="DATA", help="Samples to look at, with labels or without; what `build --data` takes.")
@click.option(
    "--calibration",
    metavar="DATA",
    help="Representative data to quantize with; --data where it is not given.",
)
@project_option
@board_option
@choice_options("optimize", "arithmetic", "calibrate", "scheme", "layers")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the result there.")
def command(
    *,
    model: Path | None,
    data: str | None,
    calibration: str | None,
    project: Path,
    board: str | None,
    choices: Choices,
    json_file: Path | None,
) -> None:
    """Find the layer in which the quantized MODEL loses its accuracy.

    For each layer: how its values differ from the float model's, and what returns if it alone stays float. Then the
    float model, the NumPy reference, the generated C and, with --board, the firmware image on the emulated board side
    by side; exit status 1 where an engine differs from the reference in a single value.
    """
    from rich.console import Console

    from tinyq.cli._debug_table import print_debugged
    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._tables import print_validation
    from tinyq.codegen.write import write_bytes
    from tinyq.pipeline.build import require_agreement
    from tinyq.pipeline.compile import compile_tflite
    from tinyq.pipeline.debug import debug
    from tinyq.pipeline.measure import host_engine, oracle_engine, test_set
    from tinyq.pipeline.report import as_json
    from tinyq.pipeline.source import read_source
    from tinyq.pipeline.target import chosen_target

    described = project_of(model, project, choices)
    tests = data or described.test or described.data
    console = Console()
    with TerminalDisplay(console) as display:
        display.stage(f"reading {described.model.name}")
        represented = calibration or described.data or data
        source = read_source(described.model, represented, display.stage, described.choices)
        for warning in source.warnings:
            display.warn(warning)
        goal = chosen_target(board, described.choices)
        compiled = compile_tflite(source.tflite, model_name(described), source.where, goal)
        samples = test_set(compiled, tests)
        display.stage("compiling for this machine")
        engines = [host_engine(compiled)]
        if board is not None:
            from tinyq.pipeline.device import checked_device

            engines.append(checked_device(compiled, board, samples, None, display))
        oracle = oracle_engine(compiled)
        found = debug(source, compiled, samples, [*engines, *([] if oracle is None else [oracle])], display.progress)
    print_debugged(console, found)
    print_validation(console, found.validation)
    if json_file is not None:
        write_bytes(json_file, as_json(found.as_dict()).encode())
    require_agreement(found.validation)
