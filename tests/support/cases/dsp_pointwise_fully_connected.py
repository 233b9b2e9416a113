"""FULLY_CONNECTED with many rows."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.cases._case import Case
from support.cases._dense import dense


def cases() -> SearchStrategy[Case]:
    """One dense layer."""
    return dense(st.integers(4, 40), st.integers(1, 140))
