"""GELU in float32 as tanh approximates it; the other one has no C."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, chances, shapes
from support.cases._float import real_numbers
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    shape = draw(shapes(range(6), 4))
    tensors = T("x", shape, "float32"), T("y", shape, "float32")
    samples = [real_numbers(draw(chances), shape)]
    options = {"approximate": True}
    return one_operator(
        "GELU", tensors[:1], tensors[1], samples, "GeluOptions", options, "BUILTIN_REF", allow_float=True
    )
