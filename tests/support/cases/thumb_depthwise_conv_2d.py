"""DEPTHWISE_CONV_2D with kernels of any size, stride and padding, some dilated."""

from hypothesis import strategies as st

from support.cases import depthwise_conv_2d
from support.cases._case import Case
from support.cases._depthwise import depthwise_case
from support.cases._draw import SAME, VALID, Draw

_SIZES = st.integers(1, 5)


@st.composite
def _any_kernel(draw: Draw) -> Case:
    kernel = draw(_SIZES), draw(_SIZES)
    return depthwise_case(draw, kernel, draw(st.integers(1, 3)), draw(st.sampled_from([SAME, VALID])))


def cases() -> st.SearchStrategy[Case]:
    """One convolution."""
    return st.one_of(_any_kernel(), depthwise_conv_2d.cases())
