"""SELECT of tensors of one shape."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._select import select_case


@st.composite
def cases(draw: Draw) -> Case:
    """One operation."""
    return select_case(draw, "SELECT", broadcast=False)
