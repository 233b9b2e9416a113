"""CONCATENATION of one to four tensors along any axis; one of them may be a constant."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One concatenation."""
    shape = draw(shapes(range(1, 5), 4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    place = axis % len(shape)
    extents = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    first = movable(draw, (*shape[:place], extents[0], *shape[place + 1 :]), "x0")
    inputs = [
        like(first, f"x{number}", (*shape[:place], extent, *shape[place + 1 :]))
        for number, extent in enumerate(extents)
    ]
    constant = draw(st.sampled_from([None, *range(len(inputs))]))
    if constant is not None and len(inputs) > 1:
        tensor = inputs[constant]
        inputs[constant] = like(first, tensor.name, tensor.shape, samples_of(draw, tensor)[1])
    output = like(first, "y", (*shape[:place], sum(extents), *shape[place + 1 :]))
    samples = [samples_of(draw, tensor) for tensor in inputs if tensor.data is None]
    return one_operator("CONCATENATION", inputs, output, samples, "ConcatenationOptions", {"axis": axis})
