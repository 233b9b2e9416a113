"""What the cases of stateful operators share: inputs that come in sequences."""

import numpy as np

from support.cases._case import Array, int_samples
from support.tflite_model import T

STEPS = 3


def int_sequences(chance: np.random.Generator, tensor: T) -> Array:
    """Sequences of STEPS samples: random ones, and samples at the ends of the range and at the zero point in turns."""
    samples = int_samples(chance, tensor)
    order = chance.integers(0, len(samples), 3 * STEPS)
    order[:STEPS] = range(STEPS)
    return np.ascontiguousarray(samples[order])
