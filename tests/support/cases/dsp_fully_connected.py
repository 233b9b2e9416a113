"""FULLY_CONNECTED with few rows, and few and many inputs and outputs: whole chunks and groups, and rests."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.cases._case import Case
from support.cases._dense import dense


def cases() -> SearchStrategy[Case]:
    """One dense layer."""
    return dense(st.integers(1, 3), st.integers(1, 70) | st.sampled_from([64, 128, 148, 256, 300, 640]))
