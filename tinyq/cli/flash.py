"""`tinyq flash`."""

from pathlib import Path

import click

from tinyq.cli._options import board_option


@click.command()
@board_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that `tinyq build` left the image in; default build/BOARD.",
)
@click.option("--port", metavar="PORT", help="The device: a serial port, a probe's serial number or a drive's folder.")
@click.option("--method", metavar="METHOD", help="The way to it; default: the board's first that finds a device.")
def command(*, board: str | None, out: Path | None, port: str | None, method: str | None) -> None:
    """Put the built image onto the board, by the board's own way, and check what was written.

    An image that was built for another board is never written.
    """
    from rich.console import Console

    from tinyq.cli._display import TerminalDisplay
    from tinyq.cli._options import required_board
    from tinyq.firmware.board import load_board
    from tinyq.firmware.flashing import flash_image
    from tinyq.frontend.project_file import ProjectFile

    chosen = load_board(required_board(board, ProjectFile(Path())))
    console = Console()
    with TerminalDisplay(console) as display:
        display.done(flash_image(out or Path("build") / chosen.name, chosen, port, method, display))
