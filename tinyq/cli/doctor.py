"""`tinyq doctor`."""

import click


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check what this machine has of all that tinyq needs, and say how to get the rest.

    Exit status 1 where something is missing without which nothing can be built.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from tinyq.doctor.checks import CHECKS

    console, styles = Console(), {"ok": "green", "missing": "yellow", "needed": "red"}
    table = Table(box=None, pad_edge=False)
    for heading in ("", "", "found"):
        table.add_column(heading)
    results = [check() for check in CHECKS]
    for result in results:
        style = styles[result.state]
        table.add_row(result.what, f"[{style}]{result.state}[/{style}]", escape(result.found))
        if result.hint:
            table.add_row("", "", escape(f"to get it: {result.hint}"))
    console.print(table)
    lacking = [result.what for result in results if result.state == "needed"]
    if lacking:
        console.print(f"\nneeded before anything can be built: {', '.join(lacking)}")
        ctx.exit(1)
