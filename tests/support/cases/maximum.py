"""MAXIMUM of two tensors, one of them a constant perhaps, with broadcasting."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._extremum import extremum_case


@st.composite
def cases(draw: Draw) -> Case:
    """One operation."""
    return extremum_case(draw, "MAXIMUM")
