"""RSQRT of every int8 or int16 not below 0; outputs so coarse that TFLM shifts by over 31 bits are no cases."""

import math

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, activation_types
from support.cases._unary import int16_case, unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    if draw(activation_types) == "int16":
        return int16_case(draw, "RSQRT", least=0, ratios=(-8, 6))
    return unary_case(draw, "RSQRT", positive=True, coarsest=_coarsest)


def _coarsest(scale: float) -> float:
    return 4095.0 / math.sqrt(scale)  # with 4096 it shifts by 31 bits
