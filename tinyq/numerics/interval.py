"""Intervals of integers: what is known of a tensor's elements before any input is seen (abstract interpretation).

Source: Cousot and Cousot, Abstract interpretation: a unified lattice model, POPL 1977; the lattice of intervals.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Interval:
    """The least and the greatest value that each element of a tensor can take.

    Attributes:
        low: array of the tensor's shape.
        high: array of the same shape; nowhere less than `low`.
    """

    low: Array
    high: Array

    @classmethod
    def full(cls, shape: tuple[int, ...], dtype: str) -> Self:
        """All that elements of type `dtype` can be: nothing is known."""
        low, high = _limits(dtype)
        return cls(np.full(shape, low, dtype), np.full(shape, high, dtype))

    def reshaped(self, *shape: int) -> Self:
        """The same elements under another shape; one extent may be -1."""
        return type(self)(self.low.reshape(shape), self.high.reshape(shape))

    @property
    def is_constant(self) -> bool:
        """Whether every element has but one value."""
        return bool((self.low == self.high).all())

    def constant_channels(self, channels: int) -> Array:
        """Bool [channels]: whether all elements with this index along the last axis have one common value."""
        by_channel = self.reshaped(-1, channels)
        uniform: Array = by_channel.low.min(axis=0) == by_channel.high.max(axis=0)
        return uniform


def _limits(dtype: str) -> tuple[float, float]:
    if dtype.startswith("float"):
        return -np.inf, np.inf
    if dtype == "bool":
        return False, True
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
