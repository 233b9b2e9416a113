"""DEPTHWISE_CONV_2D, 3x3 with every stride and padding that models have."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._depthwise import depthwise_case
from support.cases._draw import SAME, VALID, Draw


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    return depthwise_case(draw, (3, 3), draw(st.sampled_from([1, 2, 2, 3, 4])), draw(st.sampled_from([SAME, VALID])))
