"""RSQRT of every int8 that is not negative; outputs so coarse that TFLM shifts by more than 31 bits are no cases."""

import math

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._unary import unary_case


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    return unary_case(draw, "RSQRT", positive=True, coarsest=_coarsest)


def _coarsest(scale: float) -> float:
    return 4095.0 / math.sqrt(scale)  # with 4096 it shifts by 31 bits
