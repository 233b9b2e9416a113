"""`tinyq quantize`."""

from pathlib import Path

import click

from tinyq.cli._options import choice_options, data_option, require_layers_used
from tinyq.frontend.choices import Choices


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@data_option
@choice_options("calibrate", "scheme", "layers")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The .tflite to write.")
def command(*, model: Path, data: str | None, choices: Choices, out: Path) -> None:
    """Quantize the float MODEL to a full-integer .tflite."""
    from rich.console import Console

    from tinyq.cli._calibration_table import print_search
    from tinyq.cli._display import TerminalDisplay
    from tinyq.codegen.write import write_bytes
    from tinyq.pipeline.source import read_source, require_trained

    require_trained(model)
    console = Console()
    with TerminalDisplay(console) as display:
        source = read_source(model, data, display.stage, require_layers_used(choices, choices))
        for note in source.notes:
            display.done(note)
        for warning in source.warnings:
            display.warn(warning)
        write_bytes(out, source.tflite)
        display.done(f"quantized {model.name}: {out}, {len(source.tflite):,} bytes")
    print_search(console, source.calibration)
