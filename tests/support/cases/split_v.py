"""SPLIT_V into one to four pieces along any axis; the size of one may be left open."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One split."""
    shape = draw(shapes(range(1, 5), 4))
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    place = axis % len(shape)

    def along(extent: int) -> tuple[int, ...]:
        return (*shape[:place], extent, *shape[place + 1 :])

    image = movable(draw, along(sum(sizes)))
    outputs = [like(image, f"y{number}", along(size)) for number, size in enumerate(sizes)]
    given = list(sizes)
    if draw(st.booleans()):
        given[draw(st.integers(0, len(sizes) - 1))] = -1
    inputs = [image, numbers("sizes", given), numbers("axis", [axis])]
    options = {"numSplits": len(sizes)}
    return one_operator("SPLIT_V", inputs, outputs, [samples_of(draw, image)], "SplitVOptions", options)
