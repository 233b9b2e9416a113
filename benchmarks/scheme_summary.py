"""What README.md says of schemes: of what types they are, and what they made of keyword spotting."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from tinyq.cli._comparison import comparison_lines
from tinyq.firmware.board import Board
from tinyq.ir.scheme import Scheme
from tinyq.pipeline.comparison import Comparison
from tinyq.pipeline.schemes import Tried

#: The types of weights and activations.
TYPES: Mapping[Scheme, tuple[str, str]] = {
    "int8": ("int8", "int8"),
    "int16x8": ("int8", "int16"),
    "mixed": ("int4 or int8", "int8 or int16, layer by layer"),
    "dynamic": ("int8 where there are many", "int8 in a layer, float32 between"),
    "int8-weights": ("int8", "float32"),
    "int4-weights": ("int4", "float32"),
    "float32": ("float32", "float32"),
}
_NO_BREAK = "\u00a0"
HEAD = """| `--scheme` | weights | activations | accuracy | flash | RAM | million cycles |
|---|---|---|---|---|---|---|
"""


def summary(recorded: Sequence[Mapping[str, Any]]) -> str:
    """One row for each scheme; `recorded` is what schemes.json holds of one model."""
    found = {each["scheme"]: each for each in recorded}
    return HEAD + "".join(_row(scheme, found[scheme]) for scheme in TYPES if scheme in found)


def before_and_after(board: Board, found: Sequence[Tried]) -> str:
    """float32 against int8, as a build prints it, for a list of README.md."""
    by_scheme = {tried.scheme: tried for tried in found}
    before, after = by_scheme["float32"], by_scheme["int8"]
    assert before.figures is not None
    assert after.figures is not None
    costs, _ = comparison_lines(Comparison(board, after.metric, before.figures, after.figures))
    indent = " " * 6  # code within a list
    unbroken = re.sub("(?<!,) ", _NO_BREAK, costs)  # a line ends after a comma
    return textwrap.fill(unbroken, 120, initial_indent=indent, subsequent_indent=indent).replace(_NO_BREAK, " ")


def _row(scheme: Scheme, measured: Mapping[str, Any]) -> str:
    weights, activations = TYPES[scheme]
    cost = f"{measured['flash_bytes']:,} | {measured['ram_bytes']:,} | {measured['cycles'] / 1e6:.2f}"
    return f"| `{scheme}` | {weights} | {activations} | {measured['score']:.1%} | {cost} |\n"
