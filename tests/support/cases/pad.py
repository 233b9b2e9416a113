"""PAD of 1 to 5 dimensions; some or all paddings are zero."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activation, activation_types, chances, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One padding, which keeps scale and zero point."""
    shape = draw(shapes(range(1, 6), 4))
    widths = st.sampled_from([0, 0, 1, 2, 3])
    paddings = [(draw(widths), draw(widths)) for _ in shape]
    image = activation(draw, "x", shape, draw(activation_types))
    padded = tuple(before + extent + after for extent, (before, after) in zip(shape, paddings, strict=True))
    output = T("y", padded, image.dtype, image.scales, image.zero_points)
    constant = T("paddings", (len(shape), 2), "int32", data=np.array(paddings))
    return one_operator("PAD", [image, constant], output, [int_samples(draw(chances), image)], "PadOptions")
