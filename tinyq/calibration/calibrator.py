"""Applies recipes: from the calibrated float model to int8, by as few runs of the models as it takes."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from tinyq.calibration.bias_correction import bias_corrected
from tinyq.calibration.chains import chains
from tinyq.calibration.equalization import equalized
from tinyq.calibration.float_tensors import statistics_of
from tinyq.calibration.methods import range_by
from tinyq.calibration.recipe import CalibratedModel, Recipe
from tinyq.calibration.spread import spread
from tinyq.calibration.statistics import Statistics
from tinyq.errors import TinyqError
from tinyq.frontend.quantize import quantize_calibrated
from tinyq.frontend.ranges import with_ranges
from tinyq.frontend.schema import operator_name, parse
from tinyq.ir.graph import Array

_LSTM = "UNIDIRECTIONAL_SEQUENCE_LSTM"
_CORRECTED_ON = 32  # samples: all values of all tensors are kept for them


class Calibrator:
    """A float model and the samples to calibrate it on.

    Args:
        calibrated: the float .tflite with the ranges that TensorFlow measured.
        inputs: for each model input, real values [samples, ...].
        where: the model, for error messages.
        report: is told each stage.
    """

    def __init__(self, calibrated: bytes, inputs: Sequence[Array], where: Path, report: Callable[[str], None]) -> None:
        self.calibrated, self._inputs, self._where, self._report = calibrated, tuple(inputs), where, report

    @cached_property
    def statistics(self) -> Mapping[int, Statistics]:
        """Of the model's tensors, by number."""
        return statistics_of(self.calibrated, self._inputs)

    @cached_property
    def can_be_equalized(self) -> bool:
        """Whether anything changes with that."""
        return bool(list(chains(parse(self.calibrated, "the calibrated model"), self.statistics)))

    @cached_property
    def _equalized(self) -> tuple[bytes, Mapping[int, Statistics]]:
        model = equalized(self.calibrated, self.statistics)
        return model, statistics_of(model, self._inputs)

    def apply(self, recipes: Sequence[Recipe]) -> list[CalibratedModel]:
        """What each recipe makes of the model.

        Raises:
            TinyqError: a model with LSTMs, or a crash of the quantizer.
        """
        _refuse_lstm(self.calibrated, self._where)
        self._report("choosing the ranges")
        ranged = [self._ranged(recipe) for recipe in recipes]
        quantized = quantize_calibrated(ranged, self._where, report=self._report)
        return [
            CalibratedModel(self._corrected(*each), each[2]) for each in zip(recipes, quantized, ranged, strict=True)
        ]

    def _ranged(self, recipe: Recipe) -> bytes:
        model, statistics = self._equalized if recipe.equalized else (self.calibrated, self.statistics)
        return with_ranges(model, {number: range_by(recipe.method, each) for number, each in statistics.items()})

    def _corrected(self, recipe: Recipe, int8: bytes, ranged: bytes) -> bytes:
        if not recipe.corrected:
            return int8
        self._report(f"correcting biases for {recipe}")
        return bias_corrected(int8, ranged, [spread(array, _CORRECTED_ON) for array in self._inputs])


def _refuse_lstm(calibrated: bytes, where: Path) -> None:
    """Refuse a model with LSTM operators: what they keep inside is measured by TensorFlow alone.

    Raises:
        TinyqError: says so.
    """
    model = parse(calibrated, str(where))
    if any(operator_name(model, operation) == _LSTM for operation in model.subgraphs[0].operators):
        raise TinyqError(
            f"{where}: found an LSTM; accepted for a model with one: calibrate = 'minmax'",
            "leave out --calibrate, or set unroll=True in the layer",
        )
