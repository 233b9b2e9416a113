"""POW of float32 by one number between DEQUANTIZE and QUANTIZE, of every int8."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._unary import island
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One function; of other exponents the answers leave the oracle's int32, or are no numbers."""
    exponent = draw(st.sampled_from([0.0, 1.0, 2.0]))
    constant = T("power", (), "float32", data=np.array(exponent))
    return island(draw, "POW", "BUILTIN_REF", [constant])
