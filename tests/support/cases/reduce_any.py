"""REDUCE_ANY along one axis or several, which may stay as ones."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._reduce import bool_case


@st.composite
def cases(draw: Draw) -> Case:
    """One reduction."""
    return bool_case(draw, "REDUCE_ANY")
