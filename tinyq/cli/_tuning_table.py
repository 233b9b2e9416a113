"""What `tinyq tune` prints: the frontier, and the command that builds the recommended point of it."""

import shlex

from rich.console import Console

from tinyq.cli._tables import plain_table
from tinyq.errors import TinyqError
from tinyq.pipeline.tune import TuneRequest
from tinyq.pipeline.tuning_data import CALIBRATION, HELD_OUT
from tinyq.pipeline.tuning_files import FRONTIER, LAYERS
from tinyq.tuning.metric import MetricName
from tinyq.tuning.point import Point
from tinyq.tuning.result import Tuned, summary


def print_tuned(console: Console, found: Tuned) -> None:
    """A row for each point of the frontier, the fewest cycles first."""
    table = plain_table(f"{found.model} on {found.board}: the best of {len(found.measured)} measured")
    table.add_column(found.metric.replace("_", " "), justify="right")
    for heading in ("cycles", "flash", "RAM"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("bits of layers")
    table.add_row(_score(found.metric, found.of_float), "", "", "", "[dim]float model[/dim]")
    for point in found.frontier:
        table.add_row(*_row(found, point), style="green" if point == found.recommended else "")
    console.print()
    console.print(table)


def _row(found: Tuned, point: Point) -> tuple[str, ...]:
    measured = point.measured
    figures = (f"{number:,}" for number in (measured.cycles, measured.flash_bytes, measured.ram_bytes))
    mark = " (recommended)" if point == found.recommended else ""
    return _score(found.metric, measured.score), *figures, f"{summary(found.layers, point.bits)}{mark}"


def _score(metric: MetricName, score: float) -> str:
    return f"{score:.4g}" if metric == "mean_absolute_error" else f"{100 * score:.2f} %"


def none_within(request: TuneRequest, found: Tuned) -> TinyqError:
    """The error of a search that found nothing good enough."""
    best = found.most_accurate
    drop = 100 * best.measured.drop
    return TinyqError(
        f"{request.model}: none of {len(found.measured)} assignments of bits is within --max-drop "
        f"{100 * request.most_drop:g}%; the best loses {drop:.4g} %: {summary(found.layers, best.bits)}",
        f"{request.out / FRONTIER} holds the frontier; allow more with --max-drop, look further with --trials, or try "
        "--calibrate auto, or training with tinyq.qat",
    )


def build_command(request: TuneRequest, found: Tuned) -> str:
    """The command that builds the recommended point, of the very data that it was measured with."""
    data, test = (
        (str(request.out / CALIBRATION), str(request.out / HELD_OUT))
        if found.is_split
        else (request.data, request.test)
    )
    options = {
        "board": request.board,
        "data": data,
        "test": test,
        "name": None if request.name == request.model.stem else request.name,
        "optimize": request.choices.optimize,
        "arithmetic": request.choices.arithmetic,
        "calibrate": request.choices.calibrate,
        "scheme": "mixed",
        "layers": str(request.out / LAYERS),
    }
    given = [word for name, value in options.items() if value is not None for word in (f"--{name}", value)]
    return shlex.join(["tinyq", "build", str(request.model), *given])
