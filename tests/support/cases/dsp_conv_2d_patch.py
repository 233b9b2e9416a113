"""Convolutions whose output channels come in fours."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases.dsp_conv_2d import convolution


def cases() -> st.SearchStrategy[Case]:
    """One convolution; input channels are even more often than not."""
    return convolution(st.integers(1, 5) | st.sampled_from([4, 8, 12, 16, 20, 32]), st.sampled_from([4, 8, 12, 16]))
