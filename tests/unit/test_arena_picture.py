"""The picture of the arena shows each byte's role while each layer runs, and fits into the terminal."""

import io
import re

from rich.console import Console
from support.graphs import convnet_graph

from tinyq.cli._arena import print_arena
from tinyq.memory.lifetimes import blocks
from tinyq.memory.picture import strips
from tinyq.memory.picture_svg import arena_svg
from tinyq.memory.planner import plan_memory
from tinyq.pipeline import optimize

GRAPH = optimize(convnet_graph())
PLAN = plan_memory(blocks(GRAPH))  # 176 bytes: image 72 at 84, conv 144 at 0, its scratch 20 at 156, dense at 144


def test_each_piece_of_the_arena_has_its_role() -> None:
    conv, dense, softmax = strips(GRAPH, PLAN, 44)  # four bytes a piece
    assert conv.cells == (*["output"] * 21, *["both"] * 15, *["input"] * 3, *["scratch"] * 5)
    assert dense.cells == (*["input"] * 36, "output", *["free"] * 7)
    assert softmax.cells == ("output", *["free"] * 35, "input", *["free"] * 7)
    assert [strip.is_peak for strip in (conv, dense, softmax)] == [True, False, False]
    assert [strip.bytes for strip in (conv, dense, softmax)] == [176, 148, 8]


def test_the_picture_names_layers_and_the_peak_and_fits_into_the_terminal() -> None:
    for width in (50, 80, 200):
        console = Console(width=width, file=io.StringIO(), force_terminal=False)
        print_arena(console, GRAPH, PLAN)
        assert isinstance(console.file, io.StringIO)
        lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
        assert lines[1] == "arena: 176 bytes"
        assert lines[3].startswith("conv ")
        assert "◀ peak" in lines[3]
        assert not any("◀ peak" in line for line in lines[4:])
        assert all(len(line) <= width for line in lines[:-1])
        assert lines[-1].startswith("░ read   █ written")


def test_the_svg_has_a_box_for_each_block() -> None:
    text = arena_svg(GRAPH, PLAN)
    assert re.findall("<title>(.*?):", text) == [block.name for block in PLAN.blocks]
    assert "<title>image: 72 bytes at 84</title>" in text
    assert "arena of 176 bytes, fullest in conv (176)" in text
