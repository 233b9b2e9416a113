"""STRIDED_SLICE with steps of either sign, beginnings and ends from either end or masked, and vanishing dimensions.

tflite-micro wants a slice for every dimension; fewer, new dimensions and an ellipsis are compared with BUILTIN_REF.
"""

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of

MASKS = ("beginMask", "endMask", "shrinkAxisMask", "newAxisMask", "ellipsisMask")


@st.composite
def cases(draw: Draw) -> Case:
    """One slice that is not empty."""
    shape = draw(shapes(range(1, 5), 6))
    kept = draw(st.just(len(shape)) | st.integers(1, len(shape)))
    parts = [_part(draw, extent) for extent in shape[:kept]]
    extra = draw(st.sampled_from([None, None, None, "newAxisMask", "ellipsisMask"]))
    if extra is not None:
        index: Any = None if extra == "newAxisMask" else Ellipsis
        place = kept if index is Ellipsis else draw(st.integers(0, kept))
        parts.insert(place, ((0, 1, 1), {extra}, index))
    result = np.empty(shape)[tuple(index for *_, index in parts)].shape
    assume(0 not in result)
    image = movable(draw, shape)
    columns = zip(("begins", "ends", "steps"), zip(*(part[0] for part in parts), strict=True), strict=True)
    inputs = [image, *(numbers(name, values) for name, values in columns)]
    masks = {name: sum((name in part[1]) << bit for bit, part in enumerate(parts)) for name in MASKS}
    return one_operator(
        "STRIDED_SLICE",
        inputs,
        like(image, "y", result),
        [samples_of(draw, image)],
        "StridedSliceOptions",
        masks,
        oracle="BUILTIN_REF" if extra or kept < len(shape) else "tflite-micro",
    )


def _part(draw: Draw, extent: int) -> tuple[tuple[int, int, int], set[str], slice | int]:
    """Beginning, end and step of a dimension, the masks that it is in, and what NumPy calls it."""
    begin, end = draw(st.integers(-extent, extent - 1)), draw(st.integers(-extent - 1, extent + 1))
    if draw(st.sampled_from([False, False, False, True])):
        return (begin, begin + 1, 1), {"shrinkAxisMask"}, begin
    step = draw(st.sampled_from([1, 1, 2, 3, -1, -2]))
    masks = draw(st.sets(st.sampled_from(["beginMask", "endMask"])))
    index = slice(None if "beginMask" in masks else begin, None if "endMask" in masks else end, step)
    return (begin, end, step), masks, index
