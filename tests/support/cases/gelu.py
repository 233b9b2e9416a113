"""GELU of every int8 or int16, exact and approximated."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, activation_types
from support.cases._unary import int16_case, unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    made = int16_case if draw(activation_types) == "int16" else unary_case
    options = {"approximate": draw(st.booleans())}
    return made(draw, "GELU", "GeluOptions", options, ratios=(-6, 6), oracle="BUILTIN_REF")
