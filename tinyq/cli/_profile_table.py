"""The table that `tinyq profile` prints."""

from rich.console import Console
from rich.table import Table

from tinyq.emulator.device.profile import Profile


def print_profile(console: Console, profile: Profile) -> None:
    """A row for each layer, the total, and how far the figures can be trusted."""
    clock = f"{profile.board.clock_hz / 1e6:g} MHz"
    # In full, eight columns would not fit into the 80 characters of an ordinary terminal. JSON has every digit.
    table = Table(
        title=f"{profile.identifier} on {profile.board.title}, {clock}",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for heading in ("layer", "operator"):
        table.add_column(heading, no_wrap=True)
    for heading in ("MACs", "instr.", "cycles", "MAC/c", "ms", "%"):
        table.add_column(heading, justify="right", no_wrap=True)
    for layer in profile.layers:
        table.add_row(layer.name, layer.op, *_figures(profile, layer.macs, layer.instructions, layer.cycles))
    rest = (
        0,
        profile.instructions - sum(layer.instructions for layer in profile.layers),
        profile.cycles - sum(layer.cycles for layer in profile.layers),
    )
    table.add_row("[dim]between them[/dim]", "", *_figures(profile, *rest))
    table.add_row("[bold]total[/bold]", "", *_figures(profile, profile.macs, profile.instructions, profile.cycles))
    console.print()
    console.print(table)
    flash = sum(layer.flash_cycles for layer in profile.layers)
    waits = f"waits for flash: {flash:,} cycles of it" if flash else "without waits for flash"
    console.print(
        f"\nMACs, instructions and cycles in thousands; {waits}\n{profile.board.cpu}: {profile.accuracy}",
        highlight=False,
        soft_wrap=True,
    )


def _figures(profile: Profile, macs: int, instructions: int, cycles: int) -> tuple[str, ...]:
    return (
        _thousands(macs) if macs else "",
        _thousands(instructions),
        _thousands(cycles),
        f"{macs / cycles:.3f}" if macs and cycles else "",
        f"{profile.milliseconds(cycles):.2f}",
        f"{100 * cycles / max(1, profile.cycles):.1f}",
    )


def _thousands(number: int) -> str:
    return f"{number / 1000:,.0f}" if number >= 10_000 else f"{number / 1000:.1f}"
