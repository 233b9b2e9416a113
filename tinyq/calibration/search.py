"""`--calibrate auto`: applies recipes on one part of the samples, measures them on the other, keeps the best.

Two of every three samples give the ranges; the third is held out. The baseline is what `minmax` makes
of all samples, so that a model that needs nothing else stays byte for byte as it was: ties go to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyq.calibration.calibrator import Calibrator
from tinyq.calibration.methods import methods
from tinyq.calibration.noise import decibels, noise
from tinyq.calibration.recipe import BASELINE, CalibratedModel, Recipe
from tinyq.calibration.spread import LEAST_SAMPLES, is_held_out, spread
from tinyq.emulator.float_model import run_float
from tinyq.emulator.metrics import Labels, Metric, score
from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import raw_inputs, real_values
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Array

_MOST_HELD_OUT = 128
_CLEARLY = 0.9  # as much noise as the baseline at most; what is nearer is chance
_FINALISTS = 3  # of the ranges, whose biases are corrected, too


@dataclass(frozen=True)
class Candidate:
    """A recipe, measured on the samples held out.

    Attributes:
        recipe: what was done.
        score: accuracy or mean absolute error against the labels; None without labels.
        noise: mean squared error of all outputs against the float model's, in units of their mean square.
    """

    recipe: Recipe
    score: float | None
    noise: float

    @property
    def signal_to_noise(self) -> float:
        """The same in decibels; more is better."""
        return decibels(self.noise)


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found.

    Attributes:
        made: the best model.
        candidates: all that were measured; the baseline first.
        best: one of them.
        metric: what `score` is; None without labels.
        float32: the float model's score.
        held_out: so many samples were measured on.
    """

    made: CalibratedModel
    candidates: tuple[Candidate, ...]
    best: Candidate
    metric: Metric | None
    float32: float | None
    held_out: int


@dataclass(frozen=True, eq=False)
class Samples:
    """What to calibrate and measure with: for each model input real values [samples, ...], and labels if there are."""

    inputs: tuple[Array, ...]
    labels: Labels | None

    def part(self, chosen: Array) -> "Samples":
        """Those of the numbers `chosen`."""
        labels = None if self.labels is None else Labels(self.labels.values[chosen], self.labels.metric)
        return Samples(tuple(array[chosen] for array in self.inputs), labels)


def search(baseline: bytes, calibrated: bytes, samples: Samples, where: Path, report: Callable[[str], None]) -> Found:
    """The best of all recipes for a model.

    Args:
        baseline: what `minmax` makes of all samples, int8.
        calibrated: the float model with the ranges that TensorFlow measured.
        samples: real values, and labels if there are.
        where: the model, for error messages.
        report: is told each stage.

    Raises:
        TinyqError: a handful of samples, a model with LSTMs, or a crash of the quantizer.
    """
    numbers = np.arange(len(samples.inputs[0]))
    if len(numbers) < LEAST_SAMPLES:
        raise TinyqError(
            f"{where}: found {len(numbers)} samples; accepted for calibrate = 'auto': {LEAST_SAMPLES} or more",
            "every third of them is held out to measure on: give some hundred",
        )
    kept = is_held_out(len(numbers))
    held_out = samples.part(spread(numbers[kept], _MOST_HELD_OUT))
    calibrator = Calibrator(calibrated, samples.part(numbers[~kept]).inputs, where, report)
    measure = _Measure(calibrated, held_out)
    tried = {BASELINE: (measure.candidate(BASELINE, baseline), CalibratedModel(baseline, calibrated))}

    def try_out(recipes: Sequence[Recipe]) -> None:
        for recipe, made in zip(recipes, calibrator.apply(recipes), strict=True):
            report(f"measuring {recipe}")
            tried[recipe] = measure.candidate(recipe, made.int8), made

    equalized = (False, True) if calibrator.can_be_equalized else (False,)
    first = [Recipe(method, equalized=each) for method in methods() for each in equalized]
    try_out([recipe for recipe in first if recipe not in tried])
    ranked = sorted((candidate for candidate, _ in tried.values()), key=measure.rank)
    try_out([Recipe(each.recipe.method, each.recipe.equalized, corrected=True) for each in ranked[:_FINALISTS]])
    candidates = tuple(candidate for candidate, _ in tried.values())
    best = min(candidates, key=measure.rank)
    if _ties(best, candidates[0]):
        best = candidates[0]
    metric = None if held_out.labels is None else held_out.labels.metric
    return Found(tried[best.recipe][1], candidates, best, metric, measure.float32, len(held_out.inputs[0]))


def _ties(best: Candidate, baseline: Candidate) -> bool:
    return best.noise > _CLEARLY * baseline.noise if best.score is None else best.score == baseline.score


class _Measure:
    """Measures int8 models on the samples held out."""

    def __init__(self, float32: bytes, held_out: Samples) -> None:
        self._inputs, self._labels = held_out.inputs, held_out.labels
        self._expected = run_float(float32, held_out.inputs)
        self.float32 = self._score(self._expected[0])

    def _score(self, output: Array) -> float | None:
        return None if self._labels is None else score(output, self._labels)

    def candidate(self, recipe: Recipe, int8: bytes) -> Candidate:
        """`recipe`, of which `int8` came."""
        graph = import_tflite(int8, "model", str(recipe))
        given = raw_inputs(self._inputs, [graph.tensors[name] for name in graph.inputs])
        answers = zip(run_reference(graph, given), graph.outputs, strict=True)
        outputs = [real_values(values, graph.tensors[name]) for values, name in answers]
        return Candidate(recipe, self._score(outputs[0]), noise(self._expected, outputs))

    def rank(self, candidate: Candidate) -> tuple[float, float]:
        """Smaller is better: first what the labels say, then the error against the float model."""
        if candidate.score is None or self._labels is None:
            return 0.0, candidate.noise
        better_is_more = self._labels.metric == "accuracy"
        return -candidate.score if better_is_more else candidate.score, candidate.noise
