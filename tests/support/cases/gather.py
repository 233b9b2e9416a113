"""GATHER along any axis, with batch dimensions, with computed indices and constant ones, from a constant as well."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, chances, shapes
from support.cases._movement import QUANTIZED, in_int8_alone, like, movable, samples_of
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One lookup."""
    shape = draw(shapes(range(1, 5), 5))
    axis = draw(st.integers(0, len(shape) - 1))
    batch = draw(st.sampled_from([0, 0, draw(st.integers(0, axis))]))
    index_shape = (*shape[:batch], *draw(shapes(range(3), 3)))
    table = movable(draw, shape, dtypes=QUANTIZED)
    kind = draw(st.sampled_from(["both computed", "constant table", "constant indices"]))
    chance: np.random.Generator = draw(chances)
    places = chance.integers(0, shape[axis], (4, *index_shape)).astype(np.int32)
    rows = samples_of(draw, table)[:4]
    indices = T("i", index_shape, "int32", data=places[0] if kind == "constant indices" else None)
    if kind == "constant table":
        table = like(table, "x", shape, rows[1])
    given = [*([rows] if table.data is None else []), *([places] if indices.data is None else [])]
    output = like(table, "y", (*shape[:axis], *index_shape[batch:], *shape[axis + 1 :]))
    options = {"axis": axis - draw(st.sampled_from([0, len(shape)])), "batchDims": batch}
    return one_operator("GATHER", [table, indices], output, given, "GatherOptions", options, in_int8_alone(table))
