"""FULLY_CONNECTED with one row of any depth."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.cases._case import Case
from support.cases._dense import dense


def cases() -> SearchStrategy[Case]:
    """One dense layer."""
    return dense(st.just(1), st.integers(1, 70) | st.sampled_from([64, 128, 640]))
