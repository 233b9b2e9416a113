"""Clips a fixed share of the values at either end (Wu et al. 2020, Integer Quantization for Deep Learning, 3.3)."""

from functools import partial

import numpy as np

from tinyq.calibration.statistics import Statistics


def choose(statistics: Statistics, percent: float) -> tuple[float, float]:
    """The range whose greatest value `percent` of the values do not exceed; as many do not fall below its least."""
    cut = (1 - percent / 100) * statistics.counts.sum()
    sums = np.cumsum(statistics.counts)
    first, last = np.searchsorted(sums, cut, side="right"), np.searchsorted(sums, sums[-1] - cut, side="left")
    low, high = statistics.edges[first, 0], statistics.edges[last, 1]
    return max(float(low), statistics.low), min(float(high), statistics.high)


METHODS = {"percentile": partial(choose, percent=99.99), "percentile-99.9": partial(choose, percent=99.9)}
