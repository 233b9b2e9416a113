"""SIN of float32 between DEQUANTIZE and QUANTIZE, of every int8."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._unary import island


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    return island(draw, "SIN")
