"""CONV_2D, with kernels of one pixel or more; weights so small that products of four inputs fit, and larger ones."""

from hypothesis import strategies as st

from support.cases import conv_2d, dsp_conv_2d
from support.cases._case import Case


def cases() -> st.SearchStrategy[Case]:
    """One convolution; some are dilated."""
    return st.one_of(dsp_conv_2d.cases(), conv_2d.cases())
