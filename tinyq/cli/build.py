"""`tinyq build`."""

from pathlib import Path

import click

from tinyq.cli._options import (
    all_choices,
    board_option,
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
@click.option("--test", metavar="DATA", help="Labelled inputs to measure accuracy on; --data where it is not given.")
@project_option
@click.option("--name", help="The model's name in C; the file's stem where it is not given.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to leave everything; default build/BOARD.")
@click.option(
    "--toolchain",
    type=click.Choice(["zig", "gcc", "platformio"]),
    default="zig",
    show_default=True,
    help="zig: from PyPI; gcc: arm-none-eabi-gcc on PATH; platformio: PlatformIO's own gcc.",
)
@click.option(
    "--framework",
    type=click.Choice(["arduino", "stm32cube"]),
    help="Build on an official PlatformIO platform, which needs the internet once.",
)
@all_choices
@click.option(
    "--no-compare", is_flag=True, help="Build no float32 image beside it, to compare size, cycles and accuracy with."
)
@click.option("--dump", is_flag=True, help="Print the graph after the import and after every pass.")
def command(
    *,
    model: Path | None,
    board: str | None,
    data: str | None,
    test: str | None,
    project: Path,
    name: str | None,
    out: Path | None,
    toolchain: str,
    framework: str | None,
    choices: Choices,
    no_compare: bool,
    dump: bool,
) -> None:
    """Build firmware from MODEL: quantize, compile, validate, link.

    MODEL is a .keras, .h5, .onnx or .pt2 file, a SavedModel folder, or a .tflite; without it, tinyq.toml in --project
    says which.
    The folder --out gets firmware.elf, .hex, .bin, the PlatformIO project and report.json.
    """
    from rich.console import Console

    from tinyq.cli._calibration_table import print_search
    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._tables import print_build
    from tinyq.firmware.toolchain import TOOLCHAINS
    from tinyq.ir.graph import Graph
    from tinyq.ir.text import graph_text
    from tinyq.pipeline.build import BuildRequest, build

    described = project_of(model, project, choices)
    chosen = required_board(board, described)
    request = BuildRequest(
        model=described.model,
        name=name or model_name(described),
        board=chosen,
        data=data or described.data,
        test=test or described.test,
        out=out or Path("build") / chosen,
        toolchain=next(toolchain_ for toolchain_ in TOOLCHAINS if toolchain_ == toolchain),
        framework=framework,
        choices=described.choices,
        compare=not no_compare,
    )

    def show(after: str, graph: Graph) -> None:
        click.echo(f"--- after {after}\n{graph_text(graph)}")

    console = Console()
    with TerminalDisplay(console) as display:
        built = build(request, display, show if dump else None)
    print_search(console, built.source.calibration)
    print_build(console, built)
    console.print(f"\nfirmware, project and report: {request.out}", soft_wrap=True, highlight=False)
