"""MAX_POOL_2D of four channels and more."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._pool import pool_case


@st.composite
def cases(draw: Draw) -> Case:
    """One pool."""
    return pool_case(draw, "MAX_POOL_2D", st.integers(4, 11), st.just("int8"))
