"""`python -m benchmarks.schemes`: the table of all schemes over trained models, in docs/schemes.md.

What `tinyq compare` says of each model is recorded in schemes.json, and drawn from there.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from benchmarks.measure import REFERENCE
from benchmarks.record import write_between
from benchmarks.scheme_inputs import EXAMPLES, SUBJECTS, Subject
from benchmarks.scheme_layers import read_layers, search_layers
from benchmarks.scheme_summary import before_and_after, summary
from tinyq.cli._display import TerminalDisplay
from tinyq.cli._scheme_table import markdown_table, metric_of, print_schemes
from tinyq.firmware.board import load_board
from tinyq.frontend.choices import Choices
from tinyq.pipeline.comparison import Figures, energy_note
from tinyq.pipeline.cost import Cost
from tinyq.pipeline.schemes import DEVICE_SAMPLES, Question, Tried, read_schemes, table_dict, try_schemes

FILE = Path(__file__).parent / "schemes.json"
SCHEMES = (*read_schemes(None), "mixed")
DOCUMENT = Path(__file__).parent.parent / "docs" / "schemes.md"
README = DOCUMENT.parent.parent / "README.md"
MARKS = ("<!-- written by python -m benchmarks.schemes --record -->\n", "<!-- end of the schemes -->\n")
COMPARISON_MARKS = (
    "  <!-- float32 against int8, written by python -m benchmarks.schemes --record -->\n",
    "  <!-- end of the comparison -->\n",
)
IN_README = "kws"
HEAD = f"""# The schemes, side by side

What each `--scheme` makes of five trained models on one board: accuracy; bytes of flash and RAM of the whole image, and
of the arena; modelled cycles of one inference, waits for flash included; its energy; and outputs in which the generated
C on all samples, TensorFlow Lite Micro on all samples (of integer schemes: floats it may sum in another order) or the
emulated firmware on {DEVICE_SAMPLES} differ from the NumPy reference.

Energy: {energy_note(load_board(REFERENCE))}. Measured, and this file written, by

    python -m benchmarks.schemes --models $TINYQ_MLPERF --record

mixed: the bits in benchmarks/layers.json, which `tinyq tune --max-drop 1%` recommends (`--tune 30` searches again).
They are chosen on the samples that they are measured on, which flatters that row a little.

For a model of your own: `tinyq compare MODEL --data DATA --test TEST --board {REFERENCE}`.
"""


@click.command()
@click.option(
    "--models",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="TINYQ_MLPERF",
    required=True,
    help="Folder with kws_saved_model, ic_resnet8.h5, vww_96.h5, kws_test.npz and ic_500.npz.",
)
@click.option("--only", "names", type=click.Choice([subject.name for subject in SUBJECTS]), multiple=True)
@click.option("--schemes", help="As for `tinyq compare`; all where it is not given.")
@click.option(
    "--tune", "trials", type=click.IntRange(min=1), help="First search the bits of mixed anew, in so many trials."
)
@click.option("--record", is_flag=True, help="Keep the figures in benchmarks/schemes.json, and draw docs/schemes.md.")
def main(*, models: Path, names: tuple[str, ...], schemes: str | None, trials: int | None, record: bool) -> None:
    """Measure every scheme on digits, keyword spotting, image classification, visual wake words and 4-bit digits."""
    from rich.console import Console

    console, wanted, board = Console(), SCHEMES if schemes is None else read_schemes(schemes), load_board(REFERENCE)
    for subject in SUBJECTS:
        if names and subject.name not in names:
            continue
        with TemporaryDirectory() as folder, TerminalDisplay(console) as display:
            prepared = subject.prepare(models, Path(folder))
            data, test = (None if file is None else str(file) for file in (prepared.data, prepared.test))
            question = Question(prepared.model, subject.name, board, data, test, Choices())
            if trials is not None and not subject.is_trained_rounded:
                search_layers(question, trials, display)
            question = replace(question, choices=Choices(layers=read_layers().get(subject.name)))
            found = try_schemes(question, wanted, display)
            trains = subject.is_trained_rounded and schemes is None
            trained = {"trained_in_float": trained_in_float(Path(folder))} if trains else {}
        print_schemes(console, subject.name, board, found)
        if record:
            write_record(subject.name, {**table_dict(question, found), **trained})
            DOCUMENT.write_text(drawn(read_record()))
            write_between(README, MARKS, summary(read_record()[IN_README]["schemes"]))
            write_between(README, COMPARISON_MARKS, compared(read_record()[IN_README]))


def trained_in_float(folder: Path) -> float:
    """The accuracy of the 4-bit example before it is trained rounded, as its train.py prints it."""
    shutil.copy(EXAMPLES / "qat_digits" / "train.py", folder)
    command = [sys.executable, str(folder / "train.py")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout
    (percent,) = re.findall(r"^float ([\d.]+)%", said, re.MULTILINE)
    return float(percent) / 100


def read_record() -> dict[str, dict[str, Any]]:
    """For each model what was recorded."""
    return dict(json.loads(FILE.read_text())) if FILE.exists() else {}


def write_record(name: str, measured: Mapping[str, Any]) -> None:
    """Record a model; what was not measured now, such as other schemes and models, stays."""
    kept = read_record()
    before = kept.get(name, {"schemes": []})
    schemes = {each["scheme"]: each for table in (before, measured) for each in table["schemes"]}
    in_order = [schemes[scheme] for scheme in SCHEMES if scheme in schemes]
    kept[name] = {**before, **measured, "schemes": in_order}
    order = [subject.name for subject in SUBJECTS]
    FILE.write_text(json.dumps({name: kept[name] for name in order if name in kept}, indent=2) + "\n")


def drawn(recorded: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of docs/schemes.md."""
    return "\n".join(
        [HEAD, *(_section(subject, recorded[subject.name]) for subject in SUBJECTS if subject.name in recorded)]
    )


def compared(table: Mapping[str, Any]) -> str:
    """A recorded model in float32 and in int8."""
    return before_and_after(load_board(table["board"]), [tried(each) for each in table["schemes"]])


def _section(subject: Subject, table: Mapping[str, Any]) -> str:
    board = load_board(table["board"])
    found = [tried(each) for each in table["schemes"]]
    trained = table.get("trained_in_float")
    more = f" Trained in float32 alone, it has {trained:.1%}: `train.py` prints it." if trained else ""
    title = f"## {subject.title}, on {board.title} at {board.clock_hz / 1e6:g} MHz"
    return f"{title}\n\n{subject.measured}{more}\n\n{markdown_table(found, subject.score or metric_of(found))}"


def tried(recorded: Mapping[str, Any]) -> Tried:
    """What `Tried.as_dict` made `recorded` of."""
    if "refused" in recorded:
        return Tried(recorded["scheme"], refusal=recorded["refused"])
    cost = Cost(**{name: recorded[name] for name in Cost.__dataclass_fields__})
    figures = Figures(recorded["scheme"], cost, recorded["score"], recorded["energy_joules"])
    return Tried(recorded["scheme"], figures, recorded["metric"], recorded["samples"], recorded["mismatches"])


if __name__ == "__main__":
    main()
