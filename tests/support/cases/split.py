"""SPLIT into one to four equal pieces along any axis."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One split."""
    shape, count = draw(shapes(range(1, 5), 4)), draw(st.integers(1, 4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    place = axis % len(shape)
    image = movable(draw, (*shape[:place], shape[place] * count, *shape[place + 1 :]))
    outputs = [like(image, f"y{number}", shape) for number in range(count)]
    axes: T = numbers("axis", [axis])
    options = {"numSplits": count}
    return one_operator("SPLIT", [axes, image], outputs, [samples_of(draw, image)], "SplitOptions", options)
