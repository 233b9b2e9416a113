"""Some two hundred small Keras models: converted, built, run, and compared with TensorFlow Lite Micro.

What becomes of each stands in tests/golden/zoo/<scheme>/<family>.txt; `pytest tests/oracle/test_zoo.py -rA` prints it.
`TINYQ_UPDATE_GOLDEN=1 pytest tests/oracle/test_zoo.py` writes the files anew.
"""

import os
from pathlib import Path
from typing import get_args

import pytest
from support.zoo import FAMILIES
from support.zoo_outcomes import outcomes

from tinyq.ir.graph import Scheme

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
GOLDEN = Path(__file__).parent.parent / "golden" / "zoo"


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_model_comes_as_far_as_recorded(scheme: Scheme, family: str) -> None:
    golden = GOLDEN / scheme / f"{family}.txt"
    found = "".join(f"{outcome}\n" for outcome in outcomes(family, scheme))
    print(found)  # noqa: T201  the zoo's table
    if os.environ.get("TINYQ_UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_zoo_is_large_and_no_model_in_it_is_computed_wrongly(scheme: Scheme) -> None:
    lines = [line for family in FAMILIES for line in (GOLDEN / scheme / f"{family}.txt").read_text().splitlines()]
    verdicts = [line.partition(": ")[2] for line in lines]
    exact, refused = (sum(verdict.startswith(word) for verdict in verdicts) for word in ("exact", "refused"))
    print(f"{scheme}: {len(lines)} models: {exact} exact, {refused} refused")  # noqa: T201  the zoo's last line
    assert len(lines) >= 150
    assert exact + refused == len(lines)
