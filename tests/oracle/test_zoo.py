"""Some two hundred small Keras models: converted, built, run, and compared with TensorFlow Lite Micro.

What becomes of each stands in tests/golden/zoo/SCHEME/FAMILY.txt; `pytest tests/oracle/test_zoo.py` ends in a table.
Where TensorFlow Lite Micro lacks an operator, TensorFlow Lite's plain kernel is the oracle of that operator alone.
`TINYQ_UPDATE_GOLDEN=1 pytest tests/oracle/test_zoo.py` writes the files anew.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.zoo import FAMILIES
from support.zoo_outcomes import outcomes

from tinyq.ir.graph import Scheme

SCHEMES: tuple[Scheme, ...] = ("int8", "int16x8")
SOON = ("networks",)  # the families of the second scheme that are not left to the long sweeps
GOLDEN = Path(__file__).parent.parent / "golden" / "zoo"
pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("scheme", "family"),
    [
        pytest.param(scheme, family, marks=() if scheme == "int8" or family in SOON else pytest.mark.slow)
        for scheme in SCHEMES
        for family in FAMILIES
    ],
)
def test_every_model_comes_as_far_as_recorded(
    scheme: Scheme, family: str, record_property: Callable[[str, tuple[str, list[str]]], None]
) -> None:
    golden = GOLDEN / scheme / f"{family}.txt"
    found = "".join(f"{outcome}\n" for outcome in outcomes(family, scheme))
    record_property("zoo", (f"{scheme} {family}", found.splitlines()))  # tests/conftest.py prints a table of them
    if os.environ.get("TINYQ_UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_zoo_is_large_and_no_model_in_it_is_computed_wrongly(scheme: Scheme) -> None:
    lines = [line for family in FAMILIES for line in (GOLDEN / scheme / f"{family}.txt").read_text().splitlines()]
    verdicts = [line.partition(": ")[2] for line in lines]
    assert len(lines) >= 150
    assert all(verdict.startswith(("exact", "refused")) for verdict in verdicts)
