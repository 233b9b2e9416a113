"""What the accuracy of an assignment is measured by, and how much worse than the float model that makes it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tinyq.calibration.noise import decibels, noise
from tinyq.emulator.metrics import Labels, score
from tinyq.errors import TinyqError
from tinyq.ir.graph import Array

# Without labels, outputs are compared with the float model's: the root mean square of the error in units of theirs.
MetricName = Literal["accuracy", "mean_absolute_error", "error_against_float"]

_LEAST_ERROR = 1e-9  # of a float model without any, in units of its labels
_DECIMALS = 9  # sums of float numbers may differ behind them from machine to machine


@dataclass(frozen=True, eq=False)
class Metric:
    """How outputs are scored.

    Attributes:
        expected: the float model's outputs for the same samples, each [samples, ...].
        labels: what the first output should be; None where nobody knows.
    """

    expected: tuple[Array, ...]
    labels: Labels | None

    @property
    def name(self) -> MetricName:
        """What the scores are."""
        return "error_against_float" if self.labels is None else self.labels.metric

    @property
    def of_float(self) -> float:
        """The score of the float model."""
        return 0.0 if self.labels is None else score(self.expected[0], self.labels)

    def measured(self, outputs: Sequence[Array]) -> tuple[float, float, float]:
        """Score, drop and signal to noise (dB) of real-valued `outputs`."""
        against_float = noise(self.expected, outputs)
        found = math.sqrt(against_float) if self.labels is None else score(outputs[0], self.labels)
        drop = drop_of(self.name, self.of_float, found)
        return round(found, _DECIMALS), round(drop, _DECIMALS), round(decibels(against_float), 2)


def drop_of(metric: MetricName, of_float: float, found: float) -> float:
    """How much worse the score `found` is than the float model's.

    Of an accuracy the difference, so that 0.01 is one percentage point; of a mean absolute error, the part by which it
    is larger; of the error against the float model, that error.
    """
    if metric == "accuracy":
        return of_float - found
    if metric == "mean_absolute_error":
        return (found - of_float) / max(of_float, _LEAST_ERROR)
    return found


def score_with(metric: MetricName, of_float: float, drop: float) -> float:
    """The score that is so much worse; the inverse of `drop_of`."""
    if metric == "accuracy":
        return of_float - drop
    if metric == "mean_absolute_error":
        return of_float + drop * max(of_float, _LEAST_ERROR)
    return drop


def read_drop(text: str) -> float:
    """The drop that `--max-drop` names, such as 0.01 for `1%`.

    Raises:
        TinyqError: it is no percentage.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?%", text.strip())
    if found is None:
        raise TinyqError(
            f"found --max-drop {text!r}; accepted: a percentage, such as 1% or 0.5%",
            "1% is one percentage point of accuracy below the float model's",
        )
    return float(found[1]) / 100
