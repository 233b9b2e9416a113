"""`tinyq ops`."""

import click


@click.command()
def command() -> None:
    """List the operators that tinyq builds."""
    from rich.console import Console
    from rich.table import Table

    from tinyq.ops import meaning, supported_operators

    table = Table(box=None, pad_edge=False)
    table.add_column("operator")
    table.add_column("what is built")
    for name in supported_operators():
        table.add_row(name, meaning(name))
    Console().print(table)
