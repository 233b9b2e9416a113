"""LOGICAL_NOT of bools."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._logical import logical_case


@st.composite
def cases(draw: Draw) -> Case:
    """One operation."""
    return logical_case(draw, "LOGICAL_NOT", 1)
