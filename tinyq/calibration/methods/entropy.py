"""The least information lost, as the Kullback-Leibler divergence of the quantized from the original distribution.

Source: Migacz 2017, 8-bit Inference with TensorRT (GTC 2017, session S7310). TensorRT takes a fixed histogram and
thresholds at its bins; here each threshold has a histogram of its own, so that a far outlier does not blur the rest.
Exact zeros are left out: they cost nothing, since an integer always stands for 0.
"""

from itertools import pairwise

import numpy as np

from tinyq.calibration.statistics import Statistics
from tinyq.ir.graph import Array

_LEVELS = 256
_BINS_A_LEVEL = 8
_LEAST_WITHIN = 0.5  # of the values; where hardly any are left, the two distributions agree about nothing
# Each candidate threshold is 2**(1/8) smaller than the one before it, down to 1/1024.
_FRACTIONS = tuple(2.0 ** (-step / 8) for step in range(81))


def choose(statistics: Statistics) -> tuple[float, float]:
    """The range of the values whose magnitude is below the best threshold."""
    limit = max(-statistics.low, statistics.high)
    thresholds = [limit * fraction for fraction in _FRACTIONS]
    candidates = [(max(statistics.low, -end), min(statistics.high, end)) for end in thresholds]
    divergences = [_divergence(statistics, min(low, 0.0), max(high, 0.0)) for low, high in candidates]
    return candidates[int(np.argmin(divergences))]


def _divergence(statistics: Statistics, low: float, high: float) -> float:
    """KL(P || Q): P holds the clipped values at its ends, Q is what 256 levels can tell of the values within."""
    if low == high:
        return 0.0
    within = _histogram(statistics, np.linspace(low, high, _LEVELS * _BINS_A_LEVEL + 1))
    clipped = within.copy()
    total = statistics.counts[statistics.centers != 0].sum()
    above = statistics.counts[statistics.centers > high].sum()
    clipped[-1] += above
    clipped[0] += max(0.0, total - within.sum() - above)
    if within.sum() < _LEAST_WITHIN * total:
        return np.inf
    held = within > 0
    levels = within.reshape(_LEVELS, -1)
    means = levels.sum(axis=1) / np.maximum(1, held.reshape(_LEVELS, -1).sum(axis=1))
    quantized = np.where(held, np.repeat(means, _BINS_A_LEVEL), 0.0)
    return _kullback_leibler(clipped, quantized)


def _histogram(statistics: Statistics, edges: Array) -> Array:
    """How many values other than 0 lie between each two `edges`."""
    counts = np.diff(statistics.below(edges))
    zeros = statistics.counts[statistics.centers == 0].sum()
    at = next(number for number, (start, end) in enumerate(pairwise(edges)) if start <= 0 <= end)
    counts[at] = max(0.0, counts[at] - zeros)
    return counts


def _kullback_leibler(reference: Array, other: Array) -> float:
    """The divergence of two histograms; a bin that only `reference` has counts as one value in `other`."""
    held = reference > 0
    p = reference[held] / reference.sum()
    q = np.where(other[held] > 0, other[held], 1.0)
    return float((p * np.log(p / (q / q.sum()))).sum())


METHODS = {"entropy": choose}
