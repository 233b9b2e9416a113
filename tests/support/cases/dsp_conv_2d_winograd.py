"""Convolutions of 3 x 3 with stride 1, channels in fours."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import SAME, VALID, Draw
from support.cases._window import Axis
from support.cases.dsp_conv_2d import convolution_over


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    padding = draw(st.sampled_from([SAME, VALID]))
    height, width = (_axis(draw, padding) for _ in range(2))
    depths = st.sampled_from([4, 8, 12, 16, 32])
    return convolution_over(draw, (padding, height, width), depths, depths)


def _axis(draw: Draw, padding: int) -> Axis:
    image = draw(st.integers(1 if padding == SAME else 3, 17))
    return Axis(image, 3, 1, 1, image if padding == SAME else image - 2)
