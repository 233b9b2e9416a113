"""`tinyq boards`."""

import click


@click.command()
def command() -> None:
    """List the boards that tinyq builds for."""
    from rich.console import Console
    from rich.table import Table

    from tinyq.firmware.board import board_names, load_board

    table = Table(box=None, pad_edge=False)
    for heading in ("board", "name", "processor"):
        table.add_column(heading)
    for heading in ("MHz", "flash", "RAM"):
        table.add_column(heading, justify="right")
    for name in board_names():
        board = load_board(name)
        table.add_row(
            name, board.title, board.cpu, f"{board.clock_hz / 1e6:g}", f"{board.flash.bytes:,}", f"{board.ram.bytes:,}"
        )
    Console().print(table)
