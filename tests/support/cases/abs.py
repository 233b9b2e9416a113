"""ABS to another scale, of every int8 or int16."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, activation_types
from support.cases._unary import int16_case, unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    if draw(activation_types) == "int16":
        return int16_case(draw, "ABS")
    return unary_case(draw, "ABS")
