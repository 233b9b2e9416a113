"""UNPACK along any axis."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One unpacking."""
    shape = draw(shapes(range(1, 5), 4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    place = axis % len(shape)
    image = movable(draw, shape)
    outputs = [like(image, f"y{number}", (*shape[:place], *shape[place + 1 :])) for number in range(shape[place])]
    options = {"axis": axis, "num": shape[place]}
    return one_operator("UNPACK", [image], outputs, [samples_of(draw, image)], "UnpackOptions", options)
