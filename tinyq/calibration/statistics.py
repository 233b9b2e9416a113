"""What a tensor held over all samples: extremes of each sample and channel, and a histogram made in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinyq.ir.graph import Array

# A bin holds the float32 numbers that agree in sign, exponent and the first 8 bits of the fraction: its width is at
# most 2**-8 of its values, however far an outlier lies, and no bin moves when a larger value comes.
_DROPPED_BITS = 15
_BINS = 1 << (32 - _DROPPED_BITS)


@dataclass(frozen=True, eq=False)
class Statistics:
    """What one tensor held.

    Attributes:
        lows: the least value of each sample, float32 [samples].
        highs: the greatest, likewise.
        channel_lows: the least value of each channel (index along the last axis), float32 [channels].
        channel_highs: the greatest, likewise.
        edges: lower and upper end of each bin that holds something, in rising order, float64 [bins, 2]; that of the
            exact zeros is [0, 0].
        counts: how many values each holds, int64 [bins].
    """

    lows: Array
    highs: Array
    channel_lows: Array
    channel_highs: Array
    edges: Array
    counts: Array

    @property
    def low(self) -> float:
        """The least value of all, as a Python float."""
        return float(self.lows.min())

    @property
    def high(self) -> float:
        """The greatest."""
        return float(self.highs.max())

    @property
    def centers(self) -> Array:
        """The middle of each bin, float64 [bins]."""
        middles: Array = np.clip(self.edges.mean(axis=1), self.low, self.high)
        return middles

    def below(self, values: Array) -> Array:
        """How many values lie below each of the sorted `values`, float64; those in a bin count as spread evenly."""
        sums = np.concatenate(([0], np.cumsum(self.counts)))
        ends: Array = np.interp(values, self.edges.ravel(), np.repeat(sums, 2)[1:-1])
        return ends

    def outside(self, low: float, high: float) -> float:
        """The share of values that are clipped by the range from `low` to `high`."""
        clipped = (self.edges[:, 1] < low) | (self.edges[:, 0] > high)
        return float(self.counts[clipped].sum() / self.counts.sum())


class Collector:
    """Gathers the statistics of one tensor, sample by sample; their order changes none but that of `lows`, `highs`."""

    def __init__(self) -> None:
        self._extremes: list[tuple[float, float]] = []
        self._channel_lows: Array | None = None
        self._channel_highs: Array | None = None
        self._counts = np.zeros(_BINS, np.int64)

    def add(self, values: Array) -> None:
        """Take one sample's `values`, float32 of any shape."""
        flat = values.reshape(-1, values.shape[-1] if values.ndim else 1)
        lows, highs = flat.min(axis=0), flat.max(axis=0)
        self._extremes.append((lows.min(), highs.max()))
        self._channel_lows = lows if self._channel_lows is None else np.minimum(self._channel_lows, lows)
        self._channel_highs = highs if self._channel_highs is None else np.maximum(self._channel_highs, highs)
        self._counts += np.bincount(flat.view(np.uint32).ravel() >> _DROPPED_BITS, minlength=_BINS)

    def statistics(self) -> Statistics:
        """What was gathered of one sample or more."""
        assert self._channel_lows is not None
        assert self._channel_highs is not None
        lows, highs = np.array(self._extremes, np.float32).T
        edges, counts = _bins(self._counts)
        return Statistics(lows, highs, self._channel_lows, self._channel_highs, edges, counts)


def _bins(counts: Array) -> tuple[Array, Array]:
    """The bins that hold something: their edges and counts, from the least value to the greatest."""
    held = np.flatnonzero(counts)
    near, far = (_real(held), _real(held + 1))
    zero = (held & (_BINS // 2 - 1)) == 0  # both zeros; numbers below 2**-134 count as such
    edges = np.where(zero[:, np.newaxis], 0.0, np.sort(np.stack((near, far), axis=1), axis=1))
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return edges[order], counts[held][order]


def _real(numbers: Array) -> Array:
    """The float32 numbers that bins begin with, as float64."""
    reals: Array = (numbers.astype(np.uint32) << np.uint32(_DROPPED_BITS)).view(np.float32).astype(np.float64)
    return reals


def gathered(samples: Sequence[Array]) -> Statistics:
    """The statistics of `samples`, each float32."""
    collector = Collector()
    for sample in samples:
        collector.add(np.ascontiguousarray(sample, np.float32))
    return collector.statistics()
