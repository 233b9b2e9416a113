"""DEPTHWISE_CONV_2D, 3x3 with stride 1."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._depthwise import depthwise_case
from support.cases._draw import SAME, Draw


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution; some have so many outputs that they get a routine of their own."""
    shape = draw(st.sampled_from([None, None, (25, 5, 64), (26, 8, 32), (31, 1, 170)]))
    return depthwise_case(draw, (3, 3), 1, SAME, shape=shape)
