"""SLICE of up to five dimensions; sizes may be left open."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One slice."""
    shape = draw(shapes(range(1, 6), 5))
    begins = [draw(st.integers(0, extent - 1)) for extent in shape]
    sizes = [draw(st.integers(1, extent - begin)) for extent, begin in zip(shape, begins, strict=True)]
    given = [
        draw(st.sampled_from([size, -1])) if begin + size == extent else size
        for extent, begin, size in zip(shape, begins, sizes, strict=True)
    ]
    image = movable(draw, shape)
    inputs = [image, numbers("begins", begins), numbers("sizes", given)]
    return one_operator("SLICE", inputs, like(image, "y", tuple(sizes)), [samples_of(draw, image)], "SliceOptions")
