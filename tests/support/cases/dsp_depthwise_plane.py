"""DEPTHWISE_CONV_2D with kernels of every size, and several outputs for a channel."""

from hypothesis import strategies as st

from support.cases import depthwise_conv_2d
from support.cases._case import Case
from support.cases._depthwise import depthwise_case
from support.cases._draw import SAME, VALID, Draw

KERNELS = [(3, 3), (5, 5), (7, 7), (10, 4), (1, 9), (9, 1), (4, 6), (2, 11), (3, 1), (1, 16)]


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    if draw(st.booleans()):
        usual: Case = draw(depthwise_conv_2d.cases())
        return usual
    stride, padding = draw(st.sampled_from([1, 1, 2, 3])), draw(st.sampled_from([SAME, VALID]))
    return depthwise_case(draw, draw(st.sampled_from(KERNELS)), stride, padding, draw(st.sampled_from([1, 1, 2])))
