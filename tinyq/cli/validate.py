"""`tinyq validate`."""

from pathlib import Path

import click

from tinyq.cli._options import (
    all_choices,
    board_option,
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
@click.option("--data", metavar="DATA", help="The test set: .npz (x, optional y) or what else `build --data` takes.")
@click.option(
    "--calibration",
    metavar="DATA",
    help="Representative data to quantize a Keras model with; --data where it is not given.",
)
@project_option
@click.option(
    "--engine",
    type=click.Choice(["reference", "host", "device"]),
    default="host",
    show_default=True,
    help="reference: NumPy alone; host: the C that is generated for --board, compiled for this machine, against it; "
    "device: the firmware image on an emulated board, against it.",
)
@board_option
@all_choices
@image_option
@click.option("--port", metavar="PORT", help="Also ask a real board on this serial port, such as /dev/ttyACM0.")
@click.option("--baud", type=click.IntRange(min=1), default=115200, show_default=True, help="The speed of --port.")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the result there.")
def command(
    *,
    model: Path | None,
    data: str | None,
    calibration: str | None,
    project: Path,
    engine: str,
    board: str | None,
    choices: Choices,
    out: Path | None,
    port: str | None,
    baud: int,
    json_file: Path | None,
) -> None:
    """Run MODEL on a test set: accuracy, and agreement of the engines value by value.

    Where the package tflite-micro is installed, TensorFlow Lite Micro's own answers are compared as well; with
    --arithmetic xnnpack, those of TensorFlow Lite's interpreter.
    Exit status 1 where anything differs.
    """
    from rich.console import Console

    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._tables import print_validation
    from tinyq.codegen.write import write_bytes
    from tinyq.emulator.oracle import has_oracle
    from tinyq.ops.cone import float_nodes_left
    from tinyq.pipeline.build import require_agreement
    from tinyq.pipeline.compile import compile_tflite
    from tinyq.pipeline.measure import board_engines, host_engine, measure, oracle_engine, test_set
    from tinyq.pipeline.report import as_json, validation_dict
    from tinyq.pipeline.source import read_source
    from tinyq.pipeline.target import chosen_target

    described = project_of(model, project, choices)
    tests = data or described.test or described.data
    named = board or described.board
    console = Console()
    with TerminalDisplay(console) as display:
        display.stage(f"reading {described.model.name}")
        represented = calibration or described.data or data
        source = read_source(described.model, represented, display.stage, described.choices)
        goal = chosen_target(named, described.choices)
        compiled = compile_tflite(source.tflite, model_name(described), source.where, goal)
        samples = test_set(compiled, tests)
        engines = []
        if engine == "host":
            display.stage("compiling for this machine")
            engines.append(host_engine(compiled))
        elif engine == "device":
            from tinyq.pipeline.device import checked_device

            engines.append(checked_device(compiled, required_board(named, described), samples, out, display))
        oracle = oracle_engine(compiled)
        with board_engines(compiled, port, baud) as boards:
            validation = measure(
                compiled,
                samples,
                [*engines, *boards, *([] if oracle is None else [oracle])],
                source.float32,
                display.progress,
            )
    print_validation(console, validation)
    if float_nodes_left(compiled.graph):
        console.print("oracle: none for float32, in which TensorFlow Lite may sum in another order")
    elif oracle is None:
        console.print(
            "oracle: TensorFlow Lite Micro does not have all of this model's operators"
            if has_oracle()
            else "oracle: not installed; to compare with TensorFlow Lite Micro: pip install 'tinyq[oracle]'"
        )
    if json_file is not None:
        write_bytes(json_file, as_json(validation_dict(validation)).encode())
    require_agreement(validation)
