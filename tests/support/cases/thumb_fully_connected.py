"""FULLY_CONNECTED with several rows of any depth."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.cases._case import Case
from support.cases._dense import dense


def cases() -> SearchStrategy[Case]:
    """One dense layer."""
    return dense(st.integers(2, 4), st.integers(1, 70) | st.sampled_from([64, 128, 300]))
