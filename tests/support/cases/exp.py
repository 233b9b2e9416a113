"""EXP of every int8 or int16, as far as its answers are within int32."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, activation_types
from support.cases._unary import int16_case, unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    if draw(activation_types) == "int16":
        return int16_case(draw, "EXP", oracle="BUILTIN_REF", exponents=st.floats(-15, -9), ratios=(-8, 40))
    return unary_case(draw, "EXP", oracle="BUILTIN_REF")
