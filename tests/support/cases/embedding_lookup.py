"""EMBEDDING_LOOKUP of computed indices in a constant table."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, chances, shapes
from support.cases._movement import like, movable, samples_of
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One lookup."""
    shape, count = draw(shapes(range(2, 4), 5)), draw(st.integers(1, 5))
    table = movable(draw, shape, "w", dtypes=("int8",))
    table = like(table, "w", shape, samples_of(draw, table)[1])
    chance: np.random.Generator = draw(chances)
    places = chance.integers(0, shape[0], (4, count)).astype(np.int32)
    inputs = [T("x", (count,), "int32"), table]
    return one_operator("EMBEDDING_LOOKUP", inputs, like(table, "y", (count, *shape[1:])), [places])
