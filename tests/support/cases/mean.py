"""MEAN over any axes, named twice or from behind as well, to the same and to other scales."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._total import sum_case


@st.composite
def cases(draw: Draw) -> Case:
    """One mean."""
    return sum_case(draw, "MEAN")
