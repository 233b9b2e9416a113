"""Looks for what is legal in representative data, yet makes a poor quantized model."""

from collections.abc import Sequence

import numpy as np

from tinyq.frontend.data import Dataset
from tinyq.frontend.input_spec import InputSpec
from tinyq.ir.graph import Array

FEWEST_SAMPLES = 50
_WIDENED = 2.0
_FEWEST_TO_COMPARE = 5


def lint(dataset: Dataset, inputs: Sequence[InputSpec]) -> tuple[str, ...]:
    """Warnings about `dataset` as representative data for the Keras model that takes `inputs`: one sentence each.

    `dataset` is as `load_dataset` gives it, so with the integer types that were found.
    """
    warnings = [_few(dataset)] if dataset.samples < FEWEST_SAMPLES else []
    for array, spec in zip(dataset.inputs, inputs, strict=True):
        where = f"{dataset.source}: input {spec.name}"
        warnings += [_quantized(array, where)] if array.dtype == np.int8 and spec.dtype != "int8" else []
        warnings += [warning] if (warning := _outlier(array, where)) else []
    return tuple(warnings)


def _few(dataset: Dataset) -> str:
    return (
        f"{dataset.source}: only {dataset.samples} samples to measure the ranges on; "
        f"give {FEWEST_SAMPLES} or more, as varied as in real use"
    )


def _quantized(array: Array, where: str) -> str:
    return (
        f"{where}: int8 data is taken as the real values {array.min()} to {array.max()}, since a Keras model takes "
        "real values; if it is quantized already, give scale * (x - zero_point)"
    )


def _outlier(array: Array, where: str) -> str:
    """One or a few samples that widen the range, and with it every quantization step, for all the others."""
    if len(array) < _FEWEST_TO_COMPARE:
        return ""
    flat = array.reshape(len(array), -1).astype(np.float64)
    low, high = flat.min(axis=1), flat.max(axis=1)
    usual_low = float(np.percentile(low, 5, method="higher"))
    usual_high = float(np.percentile(high, 95, method="lower"))
    usual, whole = usual_high - usual_low, float(high.max() - low.min())
    if usual <= 0 or whole <= _WIDENED * usual:
        return ""
    worst = int(np.argmax(np.maximum(high - usual_high, usual_low - low)))
    return (
        f"{where}: sample {worst} reaches from {low[worst]:g} to {high[worst]:g}, where nearly all stay within "
        f"{usual_low:g} to {usual_high:g}: the range, and with it the quantization step, becomes {whole / usual:.1f} "
        "times as wide; leave it out if it is not real"
    )
