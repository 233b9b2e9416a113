"""Writes docs/operators.md, the table of operators, from the code; run it after adding an operator."""

from pathlib import Path

from tinyq.ops import meaning, operator, supported_operators
from tinyq.ops.movement import Movement

FILE = Path(__file__).parent / "operators.md"
_HEAD = """# Operators

Written by `python docs/operators.py` from `tinyq/ops`, one file an operator; `tinyq ops` prints the same. float32 is
there for what ends in one table of int8, and with `--allow-float` at run time; so is what `tinyq/ops/floats` holds, a
file each, and what `tinyq/ops/hybrid` holds, whose input becomes int8 at run time. Where no element types stand, the
operator's file says them; most of these take int8 alone. `tinyq inspect MODEL` says of each layer of a model whether
it can be built.

| operator | element types | what is built |
|---|---|---|
"""


def drawn() -> str:
    """The whole text of docs/operators.md."""
    rows = (f"| {name} | {_dtypes(name)} | {_cell(meaning(name))} |\n" for name in supported_operators())
    return _HEAD + "".join(rows)


def _dtypes(name: str) -> str:
    known = operator(name)
    if isinstance(known, Movement):
        return "any"
    return ", ".join(getattr(known, "dtypes", ()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    FILE.write_text(drawn())
