"""DEQUANTIZE of int8, uint8 and int16, with scales from tiny to huge."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, integer_samples, one_operator
from support.cases._draw import Draw, chances, scales, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One dequantization."""
    dtype = draw(st.sampled_from(["int8", "uint8", "int16"]))
    limits = np.iinfo(dtype)
    zero_point = 0 if dtype == "int16" else draw(st.integers(int(limits.min), int(limits.max)))
    shape = draw(shapes(range(1, 5), 5))
    image = T("x", shape, dtype, (draw(scales(-120, 110)),), (zero_point,))
    return one_operator(
        "DEQUANTIZE", [image], T("y", shape, "float32"), [integer_samples(draw(chances), image, limits)]
    )
