"""REVERSE_V2 along one axis or neighbouring ones, which is what TFLite takes."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One reversal."""
    shape = draw(shapes(range(1, 5), 4))
    first = draw(st.integers(0, len(shape) - 1))
    axes = list(range(first, draw(st.integers(first, len(shape) - 1)) + 1))
    image = movable(draw, shape)
    inputs = [image, numbers("axes", axes)]
    return one_operator("REVERSE_V2", inputs, like(image, "y", shape), [samples_of(draw, image)], "ReverseV2Options")
