"""The table of schemes in README.md: of what types they are, and what they made of keyword spotting."""

from collections.abc import Mapping, Sequence
from typing import Any

from tinyq.ir.scheme import Scheme

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
HEAD = """| `--scheme` | weights | activations | accuracy | flash | RAM | million cycles |
|---|---|---|---|---|---|---|
"""


def summary(recorded: Sequence[Mapping[str, Any]]) -> str:
    """One row for each scheme; `recorded` is what schemes.json holds of one model."""
    found = {each["scheme"]: each for each in recorded}
    return HEAD + "".join(_row(scheme, found[scheme]) for scheme in TYPES if scheme in found)


def _row(scheme: Scheme, measured: Mapping[str, Any]) -> str:
    weights, activations = TYPES[scheme]
    cost = f"{measured['flash_bytes']:,} | {measured['ram_bytes']:,} | {measured['cycles'] / 1e6:.2f}"
    return f"| `{scheme}` | {weights} | {activations} | {measured['score']:.1%} | {cost} |\n"
