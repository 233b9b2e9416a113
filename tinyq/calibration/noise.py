"""Noise of quantization: the mean squared error against the float model, in units of the signal."""

import math
from collections.abc import Sequence

import numpy as np

from tinyq.ir.graph import Array

_LEAST = 1e-20  # a model without any noise has a ratio, too: 200 dB


def noise(expected: Sequence[Array], found: Sequence[Array]) -> float:
    """The mean square of `found - expected` in units of that of `expected`, over all arrays as one."""
    pairs = [
        (np.asarray(one, np.float64).ravel(), np.asarray(other, np.float64).ravel())
        for one, other in zip(expected, found, strict=True)
    ]
    signal = sum(float((one**2).sum()) for one, _ in pairs)
    return sum(float(((other - one) ** 2).sum()) for one, other in pairs) / max(signal, np.finfo(np.float64).tiny)


def decibels(ratio: float) -> float:
    """Signal to noise in decibels; `ratio` is noise to signal, in power."""
    return -10 * math.log10(max(ratio, _LEAST))
