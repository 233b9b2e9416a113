"""The picture of the arena that `tinyq build` prints."""

from typing import get_args

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tinyq.ir.graph import Graph
from tinyq.memory.picture import Role, strips
from tinyq.memory.planner import Plan

NAME_WIDTH = 22
LARGEST_WIDTH = 64
_LOOKS: dict[Role, tuple[str, str, str]] = {
    "input": ("░", "cyan", "read"),
    "output": ("█", "green", "written"),
    "both": ("▓", "yellow", "written over what was read"),
    "scratch": ("▒", "magenta", "scratch"),
    "kept": ("─", "blue", "kept for later"),
    "free": ("·", "dim", "free"),
}


def print_arena(console: Console, graph: Graph, plan: Plan) -> None:
    """A line for each layer: the arena from its first byte to its last, and what lies there while the layer runs."""
    if not plan.arena_bytes or not graph.nodes:
        return
    bytes_width = max(len("bytes"), len(f"{plan.arena_bytes:,}"))
    width = max(8, min(LARGEST_WIDTH, console.width - NAME_WIDTH - bytes_width - 9))
    table = Table(
        title=f"arena: {plan.arena_bytes:,} bytes",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("layer", no_wrap=True, max_width=NAME_WIDTH)
    table.add_column("", no_wrap=True)
    table.add_column("bytes", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for strip in strips(graph, plan, width):
        picture = Text.assemble(*(_LOOKS[role][:2] for role in strip.cells))
        table.add_row(strip.layer, picture, f"{strip.bytes:,}", "◀ peak" if strip.is_peak else "")
    console.print()
    console.print(table)
    console.print(_legend(), soft_wrap=True)


def _legend() -> Text:
    parts = [Text.assemble(_LOOKS[role][:2], f" {_LOOKS[role][2]}") for role in get_args(Role)]
    return Text("   ").join(parts)
