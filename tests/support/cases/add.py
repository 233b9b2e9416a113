"""ADD of two tensors, of a tensor and a constant on either side, and of a tensor with itself, with broadcasting."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._sum import sum_case


@st.composite
def cases(draw: Draw) -> Case:
    """One operation of int8 or int32."""
    return sum_case(draw, "ADD", "AddOptions")
