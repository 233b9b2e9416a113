"""How good outputs are, by what the labels are: classes or real values."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tinyq.errors import TinyqError
from tinyq.ir.graph import Array

Metric = Literal["accuracy", "mean_absolute_error"]


@dataclass(frozen=True)
class Labels:
    """What the outputs should be.

    Attributes:
        values: class numbers [samples], or real values [samples, output elements].
        metric: how outputs are scored against them.
    """

    values: Array
    metric: Metric


def read_labels(labels: Array, output_elements: int, source: str) -> Labels:
    """Tell classes, one-hot classes and real values apart.

    Args:
        labels: as in the test data, [samples] or [samples, ...].
        output_elements: numbers in the model's first output.
        source: the test data, for error messages.

    Raises:
        TinyqError: labels that fit the model's output in no way.
    """
    flat = labels.reshape(len(labels), -1)
    if flat.shape[1] == 1 and (np.issubdtype(flat.dtype, np.integer) or flat.dtype == bool):
        return _classes(flat[:, 0].astype(np.int64), output_elements, source)
    if flat.shape[1] == output_elements:
        is_one_hot = output_elements > 1 and bool(np.isin(flat, (0, 1)).all() and (flat.sum(axis=1) == 1).all())
        if is_one_hot:
            return Labels(flat.argmax(axis=1), "accuracy")
        return Labels(flat.astype(np.float64), "mean_absolute_error")
    raise TinyqError(
        f"{source}: found labels y of type {labels.dtype} and shape {list(labels.shape)}; accepted: class numbers "
        f"[{len(labels)}], or values [{len(labels)}, {output_elements}]",
        "store y as integers, one class number for each sample",
    )


def _classes(classes: Array, output_elements: int, source: str) -> Labels:
    count = max(output_elements, 2)  # one output is a probability of class 1
    if classes.min() < 0 or classes.max() >= count:
        raise TinyqError(
            f"{source}: found class numbers from {classes.min()} to {classes.max()}; accepted: 0 to {count - 1}, "
            f"as the model has {output_elements} outputs",
            "number the classes as the model was trained",
        )
    return Labels(classes, "accuracy")


def score(outputs: Array, labels: Labels) -> float:
    """Accuracy in 0..1, or the mean absolute error, of real-valued `outputs` [samples, ...]."""
    flat = np.asarray(outputs, np.float64).reshape(len(outputs), -1)
    if labels.metric == "mean_absolute_error":
        return float(np.abs(flat - labels.values).mean())
    predicted = flat[:, 0] > 0.5 if flat.shape[1] == 1 else flat.argmax(axis=1)
    return float((predicted == labels.values).mean())
