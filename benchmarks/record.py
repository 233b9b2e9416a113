"""The figures of the last measurement, kept in recorded.json: what a later one is compared with."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured

FILE = Path(__file__).parent / "recorded.json"
LIMITS = ("instructions", "ram", "flash")


def read_record() -> dict[str, Measured]:
    """What was recorded, by model and mode."""
    return {key: Measured(**value) for key, value in json.loads(FILE.read_text()).items()}


def write_record(measured: Sequence[Measured]) -> None:
    """Record a measurement; what it did not measure stays."""
    kept: Mapping[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {}
    found = {each.key: each.as_dict() for each in measured}
    FILE.write_text(json.dumps(dict(sorted({**kept, **found}.items())), indent=2) + "\n")


def regressions(recorded: Measured, measured: Measured) -> list[str]:
    """What a measurement needs more of than recorded, and the layers that have grown."""
    grown = [
        f"{measured.key}: {quantity} {getattr(measured, quantity):,}, recorded {getattr(recorded, quantity):,}"
        for quantity in LIMITS
        if getattr(measured, quantity) > getattr(recorded, quantity)
    ]
    layers = [
        f"{measured.key}: layer {name} runs {count:,} instructions, recorded {recorded.layers[name]:,}"
        for name, count in measured.layers.items()
        if count > recorded.layers.get(name, count)
    ]
    return grown + layers if grown else []


def write_between(path: Path, marks: tuple[str, str], text: str) -> None:
    """Put `text` between two comments of a file; each is a line."""
    begin, end = marks
    before, rest = path.read_text().split(begin)
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}")
