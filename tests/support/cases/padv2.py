"""PADV2 of tensors of rank 1 to 5 with any number."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One padding."""
    shape = draw(shapes(range(1, 6), 4))
    widths = st.sampled_from([0, 0, 1, 2, 3])
    paddings = [(draw(widths), draw(widths)) for _ in shape]
    image = movable(draw, shape)
    padded = tuple(before + extent + after for extent, (before, after) in zip(shape, paddings, strict=True))
    border = like(image, "border", (1,), np.array([draw(st.integers(-128, 127))]))
    inputs = [image, numbers("paddings", paddings), border]
    return one_operator("PADV2", inputs, like(image, "y", padded), [samples_of(draw, image)], "PadV2Options")
