"""The arena as an SVG file: time from left to right, addresses from bottom to top."""

from xml.sax.saxutils import escape

from tinyq.ir.graph import Graph
from tinyq.memory.lifetimes import Block
from tinyq.memory.picture import peak
from tinyq.memory.planner import Plan

_LEFT, _TOP, _COLUMN, _HEIGHT, _NAMES = 70, 40, 46, 360, 150
_COLOURS = ("#3b6ea5", "#d08770", "#5e9c76", "#8f6aa8", "#c2a03a", "#6b7785")
_SCRATCH = "#c9ced6"


def arena_svg(graph: Graph, plan: Plan) -> str:
    """The text of the file: a box for each tensor, as long as it is needed and as high as it is large."""
    width, height = _LEFT + _COLUMN * (len(graph.nodes) + 2) + 20, _TOP + _HEIGHT + _NAMES
    fullest = peak(graph, plan)
    size = f'width="{width}" height="{height}"'
    said = f"{graph.name}: arena of {plan.arena_bytes:,} bytes, fullest in {fullest.layer} ({fullest.bytes:,})"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="22" font-size="15" fill="#222">{escape(said)}</text>',
        *(_box(graph, plan, block, _COLOURS[number % len(_COLOURS)]) for number, block in enumerate(plan.blocks)),
        *(_name(time, node.name, is_peak=node.name == fullest.layer) for time, node in enumerate(graph.nodes)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _box(graph: Graph, plan: Plan, block: Block, colour: str) -> str:
    scale = _HEIGHT / max(1, plan.arena_bytes)
    start, end = plan.offsets[block.name], plan.offsets[block.name] + block.bytes
    x, wide = _LEFT + _COLUMN * (block.first + 1), _COLUMN * (block.last - block.first + 1)
    fill = colour if block.name in graph.tensors else _SCRATCH
    return (
        f'<rect x="{x + 1}" y="{_TOP + _HEIGHT - end * scale:.1f}" width="{wide - 2}" '
        f'height="{block.bytes * scale:.1f}" fill="{fill}" fill-opacity="0.75" stroke="#222" stroke-width="0.5">'
        f"<title>{escape(block.name)}: {block.bytes:,} bytes at {start:,}</title></rect>"
    )


def _name(time: int, name: str, *, is_peak: bool) -> str:
    x, y = _LEFT + _COLUMN * (time + 1.5), _TOP + _HEIGHT + 12
    weight = "bold" if is_peak else "normal"
    return (
        f'<text x="{x}" y="{y}" fill="#222" font-weight="{weight}" transform="rotate(60 {x} {y})">{escape(name)}</text>'
    )
