"""EXPAND_DIMS at every place, counted from either end."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import in_int8_alone, like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One new dimension."""
    shape = draw(shapes(range(1, 4), 3))
    axis = draw(st.integers(-len(shape) - 1, len(shape)))
    place = axis + len(shape) + 1 if axis < 0 else axis
    image = movable(draw, shape)
    output = like(image, "y", (*shape[:place], 1, *shape[place:]))
    return one_operator(
        "EXPAND_DIMS",
        [image, numbers("axis", [axis])],
        output,
        [samples_of(draw, image)],
        "ExpandDimsOptions",
        oracle=in_int8_alone(image),
    )
