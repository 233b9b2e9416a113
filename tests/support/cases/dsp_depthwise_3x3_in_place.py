"""DEPTHWISE_CONV_2D, 3x3 with stride 1."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._depthwise import depthwise_case
from support.cases._draw import SAME, Draw


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    return depthwise_case(draw, (3, 3), 1, SAME)
