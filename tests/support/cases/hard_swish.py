"""HARD_SWISH of every int8; its output scale is at least 1/128 of the input's."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._unary import unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    return unary_case(draw, "HARD_SWISH", ratios=(-6.99, 6))
