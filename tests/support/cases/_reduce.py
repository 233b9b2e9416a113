"""What the operators draw that make one number of many."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, chances, shapes
from support.cases._movement import in_int8_alone, like, movable, numbers, samples_of
from support.tflite_model import T


def reduced(draw: Draw, shape: tuple[int, ...], most_axes: int = 4) -> tuple[T, tuple[int, ...], bool]:
    """The constant axes, counted from either end; the shape that is left; and whether the axes are kept as ones."""
    rank = len(shape)
    axes = draw(st.sets(st.integers(0, rank - 1), min_size=1, max_size=min(rank, most_axes)))
    keep = draw(st.booleans())
    given = [axis - rank if draw(st.booleans()) else axis for axis in sorted(axes)]
    after = [1 if axis in axes else extent for axis, extent in enumerate(shape) if keep or axis not in axes]
    return numbers("axes", given), tuple(after), keep


def extreme_case(draw: Draw, name: str) -> Case:
    """A reduction that keeps scale and zero point."""
    shape = draw(shapes(range(1, 5), 5))
    axes, after, keep = reduced(draw, shape)
    image = movable(draw, shape)
    samples = [samples_of(draw, image)]
    return one_operator(
        name,
        [image, axes],
        like(image, "y", after),
        samples,
        "ReducerOptions",
        {"keepDims": keep},
        oracle=in_int8_alone(image),
    )


def bool_case(draw: Draw, name: str) -> Case:
    """A reduction of bools; tflite-micro has no kernel for it."""
    shape = draw(shapes(range(1, 5), 3))
    axes, after, keep = reduced(draw, shape)
    chance: np.random.Generator = draw(chances)
    bools = chance.random((3, *shape)) < np.array([0.1, 0.5, 0.9]).reshape(3, *(1 for _ in shape))
    image, output = T("x", shape, "bool"), T("y", after, "bool")
    options = {"keepDims": keep}
    return one_operator(name, [image, axes], output, [bools], "ReducerOptions", options, oracle="BUILTIN_REF")


def arg_case(draw: Draw, name: str) -> Case:
    """The place of an extreme; few different numbers, so that several are equal."""
    shape = draw(shapes(range(1, 5), 5))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    place = axis % len(shape)
    image = movable(draw, shape, dtypes=("int8",))
    chance: np.random.Generator = draw(chances)
    few = chance.integers(-2, 3, (3, *shape)).astype(np.int8)
    samples = [np.concatenate([few, samples_of(draw, image)])]
    output = T("y", (*shape[:place], *shape[place + 1 :]), "int32")
    table = "ArgMaxOptions" if name == "ARG_MAX" else "ArgMinOptions"
    axes = T("axis", (), "int32", data=np.array(axis))
    return one_operator(name, [image, axes], output, samples, table, {"outputType": 2})
