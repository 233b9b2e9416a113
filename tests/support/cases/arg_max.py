"""ARG_MAX along any axis, with numbers that are equal."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._reduce import arg_case


@st.composite
def cases(draw: Draw) -> Case:
    """One search."""
    return arg_case(draw, "ARG_MAX")
