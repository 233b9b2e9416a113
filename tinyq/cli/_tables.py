"""The tables that commands print."""

from rich.console import Console
from rich.table import Table

from tinyq.cli._arena import print_arena
from tinyq.cli._comparison import print_comparison
from tinyq.cli._scores import score_text
from tinyq.emulator.validation import Validation
from tinyq.pipeline.build import Built
from tinyq.pipeline.report import Report


def print_build(console: Console, built: Built) -> None:
    """Layers, memory against the board's limits, and what the test set showed."""
    console.print()
    console.print(_layers(built))
    print_arena(console, built.compiled.graph, built.compiled.plan)
    console.print()
    console.print(_memory(built.report))
    if built.report.validation is not None:
        print_validation(console, built.report.validation)
    if built.report.comparison is not None:
        print_comparison(console, built.report.comparison)


def _layers(built: Built) -> Table:
    table = plain_table(f"{built.report.model.identifier}: {len(built.report.layers)} layers")
    for heading in ("layer", "operator", "output"):
        table.add_column(heading, no_wrap=True)
    for heading in ("MACs", "constants", "arena"):
        table.add_column(heading, justify="right", no_wrap=True)
    plan = built.compiled.plan
    for time, layer in enumerate(built.report.layers):
        table.add_row(
            layer.name,
            layer.op,
            "x".join(map(str, layer.shape[1:] or layer.shape)),
            f"{layer.macs:,}" if layer.macs else "",
            f"{layer.weight_bytes:,}" if layer.weight_bytes else "",
            f"{plan.live_bytes(time):,}",
        )
    return table


def _memory(report: Report) -> Table:
    sizes, board = report.sizes, report.board
    table = plain_table(f"{board.title}, {board.clock_hz / 1e6:g} MHz")
    table.add_column("")
    for heading in ("bytes", "of", ""):
        table.add_column(heading, justify="right")
    table.add_column("made of")
    rows = (
        ("flash", sizes.flash_bytes, board.flash.bytes, f"constants {sizes.weight_bytes:,}, code {sizes.code_bytes:,}"),
        ("RAM", sizes.ram_bytes, board.ram.bytes, f"arena {sizes.arena_bytes:,}, stack {sizes.stack_bytes:,}"),
    )
    for name, used, limit, parts in rows:
        table.add_row(name, f"{used:,}", f"{limit:,}", f"{100 * used / limit:.1f} %", parts)
    return table


def print_validation(console: Console, validation: Validation) -> None:
    """Scores of the float model, the quantized model and each engine, and how far the engines agree."""
    metric, scheme = validation.metric, validation.scheme
    table = plain_table(f"test set: {validation.samples:,} samples")
    table.add_column("")
    table.add_column((metric or "").replace("_", " "), justify="right")
    table.add_column("mismatches", justify="right")
    if validation.float32 is not None:
        table.add_row("float model", score_text(metric, validation.float32), "")
    table.add_row(f"{scheme}, NumPy reference", score_text(metric, validation.reference), "")
    for agreement in validation.agreements:
        count = f"{agreement.mismatches:,} of {agreement.values:,}"
        style = "red" if agreement.mismatches else "green"
        score = score_text(metric, agreement.score)
        table.add_row(f"{scheme}, {agreement.engine}", score, f"[{style}]{count}[/{style}]")
        if agreement.difference is not None:
            table.add_row(f"  first: {agreement.difference}", "", "")
    console.print()
    console.print(table)


def plain_table(title: str) -> Table:
    """An empty table in the style of all."""
    # Six columns of a layer table fit into the 80 characters of an ordinary terminal.
    return Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
