"""Everything that `tinyq debug` finds out: where a quantized model loses accuracy, and where engines part."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tinyq.calibration.layer_noise import LayerNoise, layer_noise
from tinyq.calibration.spread import spread
from tinyq.emulator.metrics import Labels, Metric
from tinyq.emulator.validation import Engine, Validation
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite
from tinyq.pipeline.compile import CompiledModel
from tinyq.pipeline.measure import TestSet, measure
from tinyq.pipeline.report import validation_dict
from tinyq.pipeline.source import Source

_MOST_SAMPLES = 64  # for the layers: the model runs on them once for each of its layers
_GAIN_DB = 3.0  # half of the noise: what returns less is no cause
_QUIET_DB = 30.0  # a thousandth of the signal's power: a model with less noise loses nothing to speak of

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Culprit:
    """The layer that loses most: the first of those whose staying in float helps most.

    Attributes:
        layer: its name.
        before: the model's score on the samples that layers were looked at on, or its signal to noise in dB.
        after: what it would be if this layer alone stayed float.
        by_score: whether these are scores.
    """

    layer: str
    before: float
    after: float
    by_score: bool


@dataclass(frozen=True, eq=False)
class Debugged:
    """What was found.

    Attributes:
        recipe: how the ranges were chosen.
        samples: so many the layers were looked at on.
        metric: what scores are; None without labels.
        score: of the quantized model on these samples.
        signal_to_noise: of its outputs, in dB.
        layers: in their order, inputs first.
        culprit: None where no layer by itself makes much difference.
        validation: the engines side by side, on all samples.
    """

    recipe: str
    samples: int
    metric: Metric | None
    score: float | None
    signal_to_noise: float
    layers: tuple[LayerNoise, ...]
    culprit: Culprit | None
    validation: Validation

    def as_dict(self) -> dict[str, Any]:
        """What `--json` writes."""
        return {
            "calibrate": self.recipe,
            "samples": self.samples,
            "metric": self.metric,
            "score": self.score,
            "signal_to_noise": self.signal_to_noise,
            "layers": [asdict(layer) for layer in self.layers],
            "culprit": None if self.culprit is None else asdict(self.culprit),
            "validation": validation_dict(self.validation),
        }


def debug(
    source: Source, compiled: CompiledModel, tests: TestSet, engines: Sequence[Engine], progress: Progress
) -> Debugged:
    """Look into a model.

    Args:
        source: a Keras model, quantized.
        compiled: its C.
        tests: real-valued samples, with labels or without.
        engines: what is compared with the NumPy reference.
        progress: is told how far it is.

    Raises:
        TinyqError: the model or the samples came quantized: there is nothing to compare with.
    """
    if source.ranged is None or source.calibration is None:
        raise TinyqError(
            f"{source.where}: found a model without its float original; accepted: one that tinyq quantizes to int8",
            "give the model that the .tflite was made of",
        )
    if tests.real is None:
        raise TinyqError(
            f"{source.where}: found no samples of real values; accepted: what the float model takes",
            "--data FILE, with samples as for training",
        )
    inputs = tuple(spread(array, _MOST_SAMPLES) for array in tests.real)
    labels = tests.labels and Labels(spread(tests.labels.values, _MOST_SAMPLES), tests.labels.metric)
    graph = import_tflite(source.tflite, compiled.generated.identifier, source.where, compiled.target.arithmetic)
    found = layer_noise(source.ranged, graph, inputs, labels, progress)
    validation = measure(compiled, tests, engines, source.float32, progress)
    return Debugged(
        source.calibration.recipe,
        len(inputs[0]),
        None if labels is None else labels.metric,
        found.score,
        found.signal_to_noise,
        found.layers,
        culprit(found.layers, found.score, found.signal_to_noise, labels),
        validation,
    )


def culprit(
    layers: Sequence[LayerNoise], score: float | None, signal_to_noise: float, labels: Labels | None
) -> Culprit | None:
    """The layer that loses most: by the labels, or without them by the noise of the model's outputs.

    Args:
        layers: as `layer_noise` gives them.
        score: of the model as it is.
        signal_to_noise: likewise.
        labels: say whether a larger score is better.
    """
    if labels is not None and score is not None:
        sign = 1 if labels.metric == "accuracy" else -1
        best = max(layers, key=lambda each: (sign * (each.score_in_float or 0.0), each.output_in_float))
        after = best.score_in_float
        return (
            None if after is None or sign * after <= sign * score else Culprit(best.layer, score, after, by_score=True)
        )
    best = max(layers, key=lambda each: each.output_in_float)
    gains = signal_to_noise < _QUIET_DB and best.output_in_float >= signal_to_noise + _GAIN_DB
    return Culprit(best.layer, signal_to_noise, best.output_in_float, by_score=False) if gains else None
