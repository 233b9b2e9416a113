"""PACK of one to four tensors along any new axis; one of them may be a constant."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One packing."""
    shape, count = draw(shapes(range(4), 4)), draw(st.integers(1, 4))
    axis = draw(st.integers(-len(shape) - 1, len(shape)))
    place = axis % (len(shape) + 1)
    first = movable(draw, shape, "x0")
    inputs = [like(first, f"x{number}", shape) for number in range(count)]
    if count > 1 and draw(st.booleans()):
        inputs[-1] = like(first, inputs[-1].name, shape, samples_of(draw, first)[1])
    output = like(first, "y", (*shape[:place], count, *shape[place:]))
    samples = [samples_of(draw, tensor) for tensor in inputs if tensor.data is None]
    options = {"axis": axis, "valuesCount": count}
    return one_operator("PACK", inputs, output, samples, "PackOptions", options)
