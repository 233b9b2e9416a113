"""Representative data for a model that is only looked at: it decides nothing but the ranges of the values."""

import numpy as np

from tinyq.frontend.data import Dataset
from tinyq.frontend.input_spec import InputSpec
from tinyq.ir.graph import Array

_SAMPLES = 8
_CLASSES = 2  # integers are indices into something; these are in it, whatever it is


def made_up(inputs: tuple[InputSpec, ...]) -> Dataset:
    """Random samples: normal float32, and integers below 2; the same ones every time."""
    chance = np.random.default_rng(0)
    return Dataset(tuple(_samples(chance, spec) for spec in inputs), None, "made-up data")


def _samples(chance: np.random.Generator, spec: InputSpec) -> Array:
    shape = (_SAMPLES, *spec.shape)
    if spec.dtype == "float32":
        return chance.standard_normal(shape, np.float32)
    return chance.integers(0, _CLASSES, shape).astype(spec.dtype)
