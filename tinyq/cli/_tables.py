"""The tables that commands print."""

from rich.console import Console
from rich.table import Table

from tinyq.emulator.validation import Validation
from tinyq.memory.lifetimes import Block
from tinyq.memory.picture import bar
from tinyq.memory.planner import live_bytes
from tinyq.pipeline.build import Built
from tinyq.pipeline.report import Report


def print_build(console: Console, built: Built) -> None:
    """Layers, memory against the board's limits, and what the test set showed."""
    console.print(_layers(built))
    console.print(_memory(built.report))
    if built.report.validation is not None:
        print_validation(console, built.report.validation)


def _layers(built: Built) -> Table:
    table = Table(title=f"{built.report.model.identifier}: layers", title_justify="left", box=None, pad_edge=False)
    for heading in ("layer", "operator", "output"):
        table.add_column(heading)
    for heading in ("MACs", "constants"):
        table.add_column(heading, justify="right")
    table.add_column("arena in use")
    arena, blocks = built.compiled.plan.arena_bytes, built.compiled.plan.blocks
    for time, layer in enumerate(built.report.layers):
        table.add_row(
            layer.name,
            layer.op,
            "x".join(map(str, layer.shape)),
            f"{layer.macs:,}" if layer.macs else "",
            f"{layer.weight_bytes:,}" if layer.weight_bytes else "",
            _in_use(blocks, time, arena),
        )
    return table


def _in_use(blocks: tuple[Block, ...], time: int, arena: int) -> str:
    in_use = live_bytes(blocks, time)
    return f"{bar(in_use, arena)} {in_use:,}"


def _memory(report: Report) -> Table:
    sizes, board = report.sizes, report.board
    table = Table(title=f"{board.title}: memory", title_justify="left", box=None, pad_edge=False)
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
    """Scores of the float model, the int8 model and each engine, and how far the engines agree."""
    title = f"test set: {validation.samples:,} samples"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    table.add_column((validation.metric or "").replace("_", " "), justify="right")
    table.add_column("mismatches", justify="right")
    if validation.float32 is not None:
        table.add_row("float model", _score(validation, validation.float32), "")
    table.add_row("int8, NumPy reference", _score(validation, validation.reference), "")
    for agreement in validation.agreements:
        count = f"{agreement.mismatches:,} of {agreement.values:,}"
        style = "red" if agreement.mismatches else "green"
        table.add_row(f"int8, {agreement.engine}", _score(validation, agreement.score), f"[{style}]{count}[/{style}]")
        if agreement.difference is not None:
            table.add_row(f"  first: {agreement.difference}", "", "")
    console.print(table)


def _score(validation: Validation, score: float | None) -> str:
    if score is None:
        return ""
    return f"{100 * score:.1f} %" if validation.metric == "accuracy" else f"{score:.4g}"
