"""BROADCAST_TO of up to five dimensions."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One broadcast."""
    shape = draw(shapes(range(1, 6), 4))
    narrow = tuple(draw(st.sampled_from([1, extent])) for extent in shape)[draw(st.integers(0, len(shape) - 1)) :]
    image = movable(draw, narrow)
    inputs = [image, numbers("shape", shape)]
    return one_operator(
        "BROADCAST_TO", inputs, like(image, "y", shape), [samples_of(draw, image)], "BroadcastToOptions"
    )
