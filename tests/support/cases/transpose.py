"""TRANSPOSE with every order of up to five dimensions."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import QUANTIZED, like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One transposition."""
    shape = draw(shapes(range(1, 6), 4))
    order = draw(st.permutations(range(len(shape))))
    image = movable(draw, shape, dtypes=QUANTIZED)
    output = like(image, "y", tuple(shape[axis] for axis in order))
    inputs = [image, numbers("order", order)]
    return one_operator("TRANSPOSE", inputs, output, [samples_of(draw, image)], "TransposeOptions")
