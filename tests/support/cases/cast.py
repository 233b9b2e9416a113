"""CAST between integer types."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import samples_of
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One conversion."""
    shape = draw(shapes(range(1, 4), 4))
    types = st.sampled_from(["int8", "int16", "int32"])
    image = T("x", shape, draw(types))
    return one_operator("CAST", [image], T("y", shape, draw(types)), [samples_of(draw, image)], "CastOptions")
