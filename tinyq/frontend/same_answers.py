"""Whether a converted float model answers what the original does."""

import numpy as np

from tinyq.ir.graph import Array

_TOLERANCE = 1e-4  # of the largest answer; float32 sums in another order differ by some 1e-6


def agree(found: Array, wanted: Array) -> bool:
    """Whether the answers are the same, but for the order in which float32 numbers were summed."""
    return found.shape == wanted.shape and bool(np.abs(found - wanted).max() <= _TOLERANCE * np.abs(wanted).max())


def difference(found: Array, wanted: Array) -> str:
    """How the answers differ, for people: `found` has ..."""
    if found.shape != wanted.shape:
        return f"the shape {list(found.shape)}, not {list(wanted.shape)}"
    worst = float(np.abs(found - wanted).max())
    return f"values that are up to {worst:.3g} off, where the largest is {float(np.abs(wanted).max()):.3g}"
