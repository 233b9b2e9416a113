"""The table that `tinyq inspect` prints."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tinyq.frontend.survey import Surveyed
from tinyq.pipeline.inspect import Inspection

_MADE_UP = "Made-up data gave the ranges; they decide scales, and what can be left out for them."


def print_inspection(console: Console, inspection: Inspection) -> None:
    """A row for each layer, the totals, and what to do about what can't be built."""
    console.print(_layers(inspection))
    console.print()
    for line in _totals(inspection):
        console.print(line, highlight=False, soft_wrap=True)
    for problem, suggestion, layers in _problems(inspection):
        console.print(f"\n[red]{escape(problem)}[/red]", highlight=False, soft_wrap=True)
        if layers:
            console.print(f"  in {escape(', '.join(layers))}", highlight=False, soft_wrap=True)
        if suggestion:
            console.print(f"  hint: {escape(suggestion)}", highlight=False, soft_wrap=True)


def _layers(inspection: Inspection) -> Table:
    table = Table(
        title=f"{inspection.name}: {len(inspection.layers)} layers",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    # Long names give way, so that all six columns fit into the 80 characters of an ordinary terminal.
    table.add_column("layer", no_wrap=True, overflow="ellipsis")
    table.add_column("operator", no_wrap=True, overflow="ellipsis")
    table.add_column("output", no_wrap=True, min_width=12)
    for heading in ("MACs", "weights"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    table.add_column("built", no_wrap=True, min_width=5)
    for layer in inspection.layers:
        table.add_row(
            escape(layer.name),
            escape(layer.op),
            f"{'x'.join(map(str, layer.shape[1:] or layer.shape))} {layer.dtype}",
            f"{layer.macs:,}" if layer.macs else "",
            f"{layer.weight_bytes:,}" if layer.weight_bytes else "",
            "[red]no[/red]" if layer.problem else "[green]yes[/green]",
        )
    return table


def _totals(inspection: Inspection) -> list[str]:
    macs, weights, fullest = f"MACs {inspection.macs:,}", f"{inspection.weight_bytes:,} bytes", inspection.peak
    if inspection.compiled is None or fullest is None:
        refused = f"{len(inspection.refused)} of {len(inspection.layers)} layers can't be built"
        lines = [f"{macs}, weights {weights} in the file; {refused}"]
    else:
        arena = f"RAM for activations {inspection.compiled.plan.arena_bytes:,} bytes, fullest in {fullest.layer}"
        lines = [f"{macs}, constants in flash {weights}", arena, inspection.compiled.savings.text]
    return [escape(line) for line in (*lines, _MADE_UP if inspection.is_made_up else "") if line]


def _problems(inspection: Inspection) -> list[tuple[str, str, list[str]]]:
    """Each problem once: its text, what to do, and the layers that have it."""
    layers: dict[tuple[str, str], list[str]] = {}
    for layer in inspection.refused:
        layers.setdefault((_problem(layer), layer.suggestion), []).append(layer.name)
    found = [(problem, suggestion, names) for (problem, suggestion), names in layers.items()]
    if inspection.problem is not None:
        found.append((inspection.problem.message, inspection.problem.hint, []))
    return found


def _problem(layer: Surveyed) -> str:
    return f"{layer.op}: {layer.problem}"
