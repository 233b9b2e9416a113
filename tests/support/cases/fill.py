"""FILL with a computed number."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One filling."""
    shape = draw(shapes(range(1, 5), 4))
    number = movable(draw, (), dtypes=("int8", "int32"))
    inputs = [numbers("shape", shape), number]
    return one_operator("FILL", inputs, like(number, "y", shape), [samples_of(draw, number)], "FillOptions")
