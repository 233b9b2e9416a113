"""Weights of 4 bits, made of real ones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyq.numerics.int4 import HIGHEST

Array = NDArray[Any]

# Which part of the largest magnitude the largest integer stands for. Gauss-shaped weights have least error at about
# 0.6 of it, few weights at all of it.
_SHARES = np.linspace(0.3, 1.0, 71)


def to_int4(real: Array, axis: int | None) -> tuple[Array, Array]:
    """Symmetric int4 weights with the scale of least squared error for each channel.

    For each of several ranges the weights are rounded, and then the scale is chosen that fits these integers best:
    `s = <w, q> / <q, q>`, the least-squares solution of `w = s q`.

    Args:
        real: the weights.
        axis: counts the channels; None for one scale of all weights.

    Returns:
        Integers of -7 to 7, int8 in the shape of `real`, and scales, float32 [channels].
    """
    if axis is None:
        values, scales = to_int4(real[np.newaxis], 0)
        return values[0], scales
    weights = np.moveaxis(np.asarray(real, np.float64), axis, 0)
    rows = weights.reshape(len(weights), -1)
    largest = np.abs(rows).max(axis=1)
    largest[largest < np.finfo(np.float32).tiny] = 1.0  # a channel of zeros: whatever its scale
    best = np.zeros_like(rows)
    scales, errors = largest / HIGHEST, np.full(len(rows), np.inf)
    for share in _SHARES:
        steps = largest * share / HIGHEST
        rounded = np.clip(np.rint(rows / steps[:, np.newaxis]), -HIGHEST, HIGHEST)
        products, squares = (rows * rounded).sum(axis=1), (rounded**2).sum(axis=1)
        fitting = np.where(squares > 0, products / np.maximum(squares, 1), steps)
        error = ((rows - fitting[:, np.newaxis] * rounded) ** 2).sum(axis=1)
        better = error < errors
        best[better], scales[better], errors[better] = rounded[better], fitting[better], error[better]
    return np.moveaxis(best.reshape(weights.shape), 0, axis).astype(np.int8), scales.astype(np.float32)
