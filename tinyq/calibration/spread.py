"""Some of many samples: a few of them, or those held out."""

import numpy as np

from tinyq.ir.graph import Array

HELD_OUT_OF = 3  # one of so many
LEAST_SAMPLES = 2 * HELD_OUT_OF


def spread(array: Array, most: int) -> Array:
    """At most so many samples of `array` [samples, ...], evenly spread over it."""
    chosen = np.linspace(0, len(array) - 1, min(most, len(array))).astype(int)
    picked: Array = array[chosen]
    return picked


def is_held_out(samples: int, steps: int = 1) -> Array:
    """Bools [samples]: every third sample, or every third sequence of so many `steps`, is for measuring alone."""
    held_out: Array = np.arange(samples) // steps % HELD_OUT_OF == HELD_OUT_OF - 1
    return held_out
