"""What the SVG pictures share: the file around them, and text."""

from collections.abc import Sequence
from xml.sax.saxutils import escape


def document(width: int, height: int, lines: Sequence[str]) -> str:
    """The text of an SVG file on a white ground."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *lines, "</svg>"]) + "\n"


def text(x: float, y: float, words: str, *, size: int = 12, anchor: str = "start") -> str:
    """One line of text, whose `anchor` (start, middle or end) is at `x` and whose base line is at `y`."""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="#222">{escape(words)}</text>'
