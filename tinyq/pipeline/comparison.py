"""float32 against the scheme that a build chose, on the user's own model: size, memory, cycles, energy, accuracy."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tinyq.emulator.metrics import Metric
from tinyq.emulator.validation import Validation
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.toolchain import Toolchain
from tinyq.ir.scheme import Scheme
from tinyq.pipeline.compile import CompiledModel
from tinyq.pipeline.cost import Cost, FloatModel, float32_cost, image_cost
from tinyq.pipeline.measure import TestSet, real_sample
from tinyq.pipeline.source import Source


@dataclass(frozen=True)
class Figures:
    """What a scheme makes of a model, on a board.

    Attributes:
        scheme: the types of activations and weights.
        cost: of its image.
        score: its accuracy or error on the test set; None without labels.
        energy_joules: of one inference, estimated for the processor alone; None without cycles, or where no current
            of it is published.
    """

    scheme: Scheme
    cost: Cost
    score: float | None
    energy_joules: float | None

    def as_dict(self) -> dict[str, Any]:
        """Flat, as JSON has it."""
        return {
            "scheme": self.scheme,
            **asdict(self.cost),
            "energy_joules": self.energy_joules,
            "score": self.score,
        }


@dataclass(frozen=True)
class Comparison:
    """A model in float32, and as it was built.

    Attributes:
        board: where both run.
        metric: what the scores are; None without labels.
        before: in float32.
        after: as it was built.
    """

    board: Board
    metric: Metric | None
    before: Figures
    after: Figures

    def as_dict(self) -> dict[str, Any]:
        """The `comparison` object of report.json."""
        return {
            "metric": self.metric,
            "energy": energy_note(self.board),
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
        }


@dataclass(frozen=True, eq=False)
class Subject:
    """A build that is to be compared.

    Attributes:
        compiled: the model as C.
        source: where it came from.
        board: where it runs.
        image: `firmware.elf`.
        toolchain: what compiled that.
        compiler: which version of it.
    """

    compiled: CompiledModel
    source: Source
    board: Board
    image: Path
    toolchain: Toolchain
    compiler: str


@dataclass(frozen=True)
class NotCompared:
    """Why a build was not compared with float32."""

    reason: str

    def as_dict(self) -> dict[str, Any]:
        """The `comparison` object of report.json."""
        return {"skipped": self.reason}


def figures(scheme: Scheme, cost: Cost, score: float | None, board: Board) -> Figures:
    """The figures of an image that costs `cost` on `board`; its energy is cycles / clock * voltage * current."""
    current = board.active_current
    energy = None if current is None or cost.cycles is None else current.joules(cost.cycles)
    return Figures(scheme, cost, score, energy)


def compared(subject: Subject, tests: TestSet, validation: Validation) -> Comparison | NotCompared:
    """What `subject` would have cost in float32, by the same compiler for the same board.

    Args:
        subject: the build.
        tests: what it was measured on; the first sample's cycles are counted.
        validation: what that showed.
    """
    compiled, board = subject.compiled, subject.board
    if compiled.graph.scheme == "float32":
        return NotCompared("this is the float32 model")
    if subject.source.float32 is None:
        return NotCompared("a .tflite has no float32 form")
    float32 = FloatModel(
        subject.source.float32,
        compiled.generated.identifier,
        subject.source.where,
        replace(compiled.target, allow_float=True),
        board,
        subject.toolchain,
        subject.compiler,
        real_sample(compiled, tests),
    )
    try:
        before = figures("float32", float32_cost(float32), validation.float32, board)
        cost = image_cost(compiled, board, subject.image, tests.inputs)
    except TinyqError as error:
        return NotCompared("; ".join(reason_lines(error, subject.source.where)))
    return Comparison(board, validation.metric, before, figures(validation.scheme, cost, validation.reference, board))


def reason_lines(error: TinyqError, model: str) -> tuple[str, ...]:
    """What `error` says about `model`, a path: without its folder, so that reports don't depend on where it lies."""
    return tuple(line.strip().replace(model, Path(model).name) for line in error.message.splitlines())


def energy_note(board: Board) -> str:
    """Where the energy comes from, or why there is none; it stands beside every figure of it."""
    if board.active_current is None:
        return f"none: boards/{board.name}.toml has no published current of {board.title}'s processor"
    return f"an estimate for the processor alone, from its published current ({board.active_current.source})"
