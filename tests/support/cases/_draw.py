"""What the strategies of several operators draw."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from support.tflite_model import T

Draw = Callable[..., Any]

#: Seeds weights and inputs: Hypothesis varies and shrinks the shapes, NumPy fills them.
chances = st.integers(0, 2**32 - 1).map(np.random.default_rng)
zero_points = st.integers(-128, 127) | st.sampled_from([-128, 0, 127])
#: Numbers of the schema's ActivationFunctionType: NONE, RELU, RELU_N1_TO_1, RELU6.
activations = st.sampled_from([0, 1, 2, 3])
SAME, VALID = 0, 1
LEAST_OUTPUT_SCALE = 2.0**-28  # below it tflite-micro refuses RELU6: 6 is beyond int32 then


def float32(number: float) -> float:
    """`number` as a .tflite file keeps it."""
    return float(np.float32(number))


def scales(least: float = -12, most: float = 3) -> st.SearchStrategy[float]:
    """Scales from 2**least to 2**most, every size as likely."""
    return st.floats(least, most).map(lambda exponent: float32(2.0**exponent))


def shapes(ranks: range, largest: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes with extents from 1 to `largest`."""
    return st.lists(st.integers(1, largest), min_size=ranks.start, max_size=ranks.stop - 1).map(tuple)


#: Of what layers compute with: activations of int16 go with weights of int8.
activation_types = st.sampled_from(["int8", "int16"])


def int16_tensor(draw: Draw, name: str, shape: tuple[int, ...], scale: float | None = None) -> T:
    """A computed tensor with a scale; its zero point is 0."""
    return T(name, shape, "int16", (draw(scales(-20, -5)) if scale is None else scale,), (0,))


def activation(draw: Draw, name: str, shape: tuple[int, ...], dtype: str, scale: float | None = None) -> T:
    """A computed tensor of either type."""
    return (int16_tensor if dtype == "int16" else int8_tensor)(draw, name, shape, scale)


def int8_tensor(draw: Draw, name: str, shape: tuple[int, ...], scale: float | None = None) -> T:
    """A computed tensor with a scale and a zero point."""
    drawn = draw(scales()) if scale is None else scale
    return T(name, shape, scales=(drawn,), zero_points=(draw(zero_points),))
