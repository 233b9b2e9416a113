"""CUMSUM in float32 along any axis, from either end, with the element itself and without."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, chances, shapes
from support.cases._float import real_numbers
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One running sum."""
    shape = draw(shapes(range(1, 5), 5))
    axis = T("axis", (), "int32", data=np.array(draw(st.integers(-len(shape), len(shape) - 1))))
    options = {"exclusive": draw(st.booleans()), "reverse": draw(st.booleans())}
    image, output = T("x", shape, "float32"), T("y", shape, "float32")
    samples = [real_numbers(draw(chances), shape)]
    return one_operator("CUMSUM", [image, axis], output, samples, "CumsumOptions", options, allow_float=True)
