"""RESHAPE with its shape as a constant input."""

import math

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, chances, int8_tensor
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One reshape; int8 or float32, one extent of the constant may be -1."""
    factors = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    before, after = _split(draw, factors), _split(draw, factors)
    image = int8_tensor(draw, "x", before)
    wanted = list(after)
    if draw(st.booleans()):
        wanted[draw(st.integers(0, len(after) - 1))] = -1
    return one_operator(
        "RESHAPE",
        [image, T("shape", (len(after),), "int32", data=np.array(wanted))],
        T("y", after, scales=image.scales, zero_points=image.zero_points),
        [int_samples(draw(chances), image)],
        "ReshapeOptions",
        {"newShape": wanted},
    )


def _split(draw: Draw, factors: list[int]) -> tuple[int, ...]:
    """Extents whose product is that of `factors`."""
    ends = sorted(draw(st.sets(st.integers(1, len(factors) - 1)))) if len(factors) > 1 else []
    return tuple(math.prod(factors[start:end]) for start, end in zip([0, *ends], [*ends, len(factors)], strict=True))
