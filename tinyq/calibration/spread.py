"""Some of many samples."""

import numpy as np

from tinyq.ir.graph import Array


def spread(array: Array, most: int) -> Array:
    """At most so many samples of `array` [samples, ...], evenly spread over it."""
    chosen = np.linspace(0, len(array) - 1, min(most, len(array))).astype(int)
    picked: Array = array[chosen]
    return picked
