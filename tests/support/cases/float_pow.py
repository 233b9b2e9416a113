"""POW in float32 by 2, the only exponent that has C."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, chances, shapes
from support.cases._float import real_numbers
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    shape = draw(shapes(range(6), 4))
    image, power, output = (
        T("x", shape, "float32"),
        T("power", (), "float32", data=np.array(2.0)),
        T("y", shape, "float32"),
    )
    samples = [real_numbers(draw(chances), shape)]
    return one_operator("POW", [image, power], output, samples, oracle="BUILTIN_REF", allow_float=True)
