"""TANH of every int8 or int16, at scales from flat to saturated."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, activation_types
from support.cases._unary import NEAR_POWERS_OF_TWO, int16_case, unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function; int16 at scales from one that answers 0 to the largest that the oracle takes without overflow."""
    if draw(activation_types) == "int16":
        exponents = st.floats(-14, -9) | st.floats(-28, 2.4) | st.sampled_from(NEAR_POWERS_OF_TWO)
        return int16_case(draw, "TANH", output=2.0**-15, exponents=exponents)
    return unary_case(draw, "TANH", output=(1 / 128, 0))
