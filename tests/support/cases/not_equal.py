"""NOT_EQUAL of int8 with different scales, or of int32, with broadcasting."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._comparison import comparison_case
from support.cases._draw import Draw


@st.composite
def cases(draw: Draw) -> Case:
    """One operation."""
    return comparison_case(draw, "NOT_EQUAL")
