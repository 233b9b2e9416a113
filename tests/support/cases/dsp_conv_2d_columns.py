"""Convolutions of narrow images with one channel or a few."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases.dsp_conv_2d import convolution

_DEPTHS, _CHANNELS = st.integers(1, 4), st.sampled_from([4, 8, 12])


def cases() -> st.SearchStrategy[Case]:
    """One convolution."""
    return convolution(_DEPTHS, _CHANNELS)
