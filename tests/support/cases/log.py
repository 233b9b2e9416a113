"""LOG of every int8; what is not positive has the least answer."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._unary import unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    return unary_case(draw, "LOG", oracle="BUILTIN_REF")
