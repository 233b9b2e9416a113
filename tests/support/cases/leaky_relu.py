"""LEAKY_RELU of every int8 or int16, with slopes of either sign."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, activation_types
from support.cases._unary import int16_case, unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    alpha = draw(st.floats(-2, 2, width=32) | st.sampled_from([-1.5, -0.5, 0.25]))
    made = int16_case if draw(activation_types) == "int16" else unary_case
    return made(draw, "LEAKY_RELU", "LeakyReluOptions", {"alpha": alpha})
