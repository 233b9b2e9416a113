"""A model in every scheme, side by side: each quantized, compiled, checked, built, and counted on an emulated board."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from tinyq.emulator.device.engine import DeviceEngine
from tinyq.emulator.metrics import Metric
from tinyq.emulator.validation import Engine
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.frontend.choices import Choices
from tinyq.ir.scheme import CALIBRATED, Scheme
from tinyq.pipeline.comparison import Figures, energy_note, figures, reason_lines
from tinyq.pipeline.compile import CompiledModel, compile_tflite
from tinyq.pipeline.cost import image_cost, is_emulated
from tinyq.pipeline.device import cached_image
from tinyq.pipeline.display import Display
from tinyq.pipeline.fit import require_fit
from tinyq.pipeline.measure import TestSet, host_engine, measure, oracle_engine, self_test, test_set
from tinyq.pipeline.source import read_source, require_model, require_trained, scheme_of
from tinyq.pipeline.target import chosen_target

DEVICE_SAMPLES = 3  # that the emulated firmware answers too, besides its self-test


@dataclass(frozen=True)
class Question:
    """What is to be compared.

    Attributes:
        model: a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder.
        name: of the model in C.
        board: where it runs.
        data: representative data, for the schemes that need some; real values.
        test: data to measure on; real values, labelled or not.
        choices: what holds for all schemes; how ranges are chosen, for those that choose some.
    """

    model: Path
    name: str
    board: Board
    data: str | None
    test: str | None
    choices: Choices


@dataclass(frozen=True)
class Tried:
    """What came of one scheme.

    Attributes:
        scheme: its name.
        figures: None where it was refused.
        metric: what the score is; None without labels.
        samples: in the test set.
        mismatches: outputs in which the generated C, the oracle if there is one, or the emulated firmware on the first
            `DEVICE_SAMPLES` samples differ from the NumPy reference.
        refusal: the first line of the reason; empty where there is none.
    """

    scheme: Scheme
    figures: Figures | None = None
    metric: Metric | None = None
    samples: int = 0
    mismatches: int = 0
    refusal: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        if self.figures is None:
            return {"scheme": self.scheme, "refused": self.refusal}
        measured = {"metric": self.metric, "samples": self.samples, "mismatches": self.mismatches}
        return {**self.figures.as_dict(), **measured}


def read_schemes(names: str | None) -> tuple[Scheme, ...]:
    """The schemes that a user named, with commas between; of None all that ask for nothing else, float32 first.

    The scheme mixed asks for the bits of layers: with a key `layers` in tinyq.toml it can be named.

    Raises:
        TinyqError: there is no such scheme.
    """
    if names is None:
        without_choice = (scheme for scheme in get_args(Scheme) if scheme != "mixed")
        return tuple(sorted(without_choice, key=lambda scheme: scheme != "float32"))
    return tuple(dict.fromkeys(scheme_of(name.strip()) for name in names.split(",")))


def try_schemes(question: Question, schemes: Sequence[Scheme], display: Display) -> tuple[Tried, ...]:
    """What comes of each scheme; one that refuses the model says why.

    Raises:
        TinyqError: there is no such model, or it is quantized already.
    """
    require_model(question.model)
    require_trained(question.model)
    found = []
    for scheme in schemes:
        try:
            found.append(_tried(question, scheme, display))
            display.done(f"{scheme}: measured")
        except TinyqError as error:
            found.append(Tried(scheme, refusal=reason_lines(error, str(question.model))[0]))
            display.warn(f"{scheme}: {error.message}")
    return tuple(found)


def require_no_mismatch(found: Sequence[Tried]) -> None:
    """Refuse a scheme in which computations differ.

    Raises:
        TinyqError: names it.
    """
    for tried in found:
        if tried.mismatches:
            raise TinyqError(
                f"{tried.scheme}: {tried.mismatches} outputs differ from the NumPy reference",
                f"`tinyq validate --scheme {tried.scheme}` shows where; please report it with the model",
            )


def table_dict(question: Question, found: Sequence[Tried]) -> dict[str, Any]:
    """What `tinyq compare --json` writes."""
    return {
        "model": question.name,
        "board": question.board.name,
        "energy": energy_note(question.board),
        "schemes": [tried.as_dict() for tried in found],
    }


def _tried(question: Question, scheme: Scheme, display: Display) -> Tried:
    board = question.board
    calibrate = question.choices.calibrate if scheme in CALIBRATED else None
    choices = replace(question.choices, scheme=scheme, calibrate=calibrate)
    display.stage(f"{scheme}: reading {question.model.name}")
    source = read_source(question.model, question.data, display.stage, choices)
    compiled = compile_tflite(source.tflite, question.name, source.where, chosen_target(board, choices))
    require_fit(compiled, board)
    tests = test_set(compiled, question.test or question.data)
    display.stage(f"{scheme}: building the firmware")
    image = cached_image(compiled, board, self_test(compiled, tests))
    display.stage(f"{scheme}: comparing")
    oracle = oracle_engine(compiled)
    engines = [host_engine(compiled), *([] if oracle is None else [oracle])]
    validation = measure(compiled, tests, engines, None, display.progress)
    cost = image_cost(compiled, board, image, tests.inputs)
    return Tried(
        scheme,
        figures(scheme, cost, validation.reference, board),
        validation.metric,
        validation.samples,
        validation.mismatches + _mismatches_on_device(compiled, board, image, tests, display),
    )


def _mismatches_on_device(compiled: CompiledModel, board: Board, image: Path, tests: TestSet, display: Display) -> int:
    """Outputs of the emulated firmware that differ, on the first few samples; none where there is no emulator."""
    if not is_emulated(board):
        return 0
    device = DeviceEngine(image, board, compiled.generated, layers=compiled.layers)
    samples = max(DEVICE_SAMPLES, tests.steps)
    few = replace(tests, inputs=tuple(array[:samples] for array in tests.inputs), real=None, labels=None)
    return measure(compiled, few, [Engine("device", device.run)], None, display.progress).mismatches
