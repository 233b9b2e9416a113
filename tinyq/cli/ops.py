"""`tinyq ops`."""

import click


@click.command()
def command() -> None:
    """List the operators that tinyq builds."""
    from inspect import getmodule

    from rich.console import Console
    from rich.table import Table

    from tinyq.ops import operator, supported_operators

    table = Table(box=None, pad_edge=False)
    table.add_column("operator")
    table.add_column("what is built")
    for name in supported_operators():
        module = getmodule(type(operator(name)))
        summary = ((module.__doc__ if module is not None else None) or "").splitlines()[0]
        table.add_row(name, summary.partition(": ")[2].rstrip("."))
    Console().print(table)
