"""The bits of layers that the table of schemes shows as mixed: found by `tinyq tune`, kept in layers.json."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tinyq.frontend.choices import NOTHING_CHOSEN
from tinyq.pipeline.tune import TuneRequest, tune
from tinyq.tuning.result import changed

if TYPE_CHECKING:
    from tinyq.ir.bits import Bits
    from tinyq.pipeline.display import Display
    from tinyq.pipeline.schemes import Question

FILE = Path(__file__).parent / "layers.json"
MOST_DROP = 0.01  # `tinyq tune --max-drop 1%`


def read_layers() -> dict[str, dict[str, Bits]]:
    """For each model that was searched, the bits of the layers that don't stay at 8."""
    return dict(json.loads(FILE.read_text())) if FILE.exists() else {}


def search_layers(question: Question, trials: int, display: Display) -> None:
    """Search the bits of one model on the samples that it is measured on, and keep what is recommended."""
    with TemporaryDirectory() as out:
        request = TuneRequest(
            model=question.model,
            name=question.name,
            board=question.board.name,
            data=question.data,
            test=question.test,
            out=Path(out),
            most_drop=MOST_DROP,
            trials=trials,
            workers=1,
            scheduler=None,
            choices=NOTHING_CHOSEN,
        )
        found = tune(request, display)
    assert found.recommended is not None, f"{question.name}: nothing within {MOST_DROP:.0%}"
    kept = {**read_layers(), question.name: changed(found.layers, found.recommended.bits)}
    FILE.write_text(json.dumps(kept, indent=2) + "\n")
