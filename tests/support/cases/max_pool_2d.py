"""MAX_POOL_2D with either padding, and kernels larger and smaller than stride and image."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._pool import pool_case


@st.composite
def cases(draw: Draw) -> Case:
    """One pool."""
    return pool_case(draw, "MAX_POOL_2D")
