"""What MEAN and SUM draw: any axes, named twice or from behind as well, to the same and to other scales."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activation, activation_types, chances, float32, shapes
from support.tflite_model import T

TFLM_AXES = 2  # tflite-micro keeps the axes in an array of so many (reduce.cc, kMaxNumberOfReducedAxis), unchecked


def sum_case(draw: Draw, name: str) -> Case:
    """One sum, or sum divided by its count."""
    shape = draw(shapes(range(1, 5), 6))
    rank, keep = len(shape), draw(st.booleans())
    most = rank if name == "MEAN" else TFLM_AXES  # BUILTIN_REF does not saturate a SUM
    axes = draw(st.lists(st.integers(-rank, rank - 1), min_size=1, max_size=most))
    averaged = {axis % rank for axis in axes}
    kept = tuple(1 if axis in averaged else extent for axis, extent in enumerate(shape) if keep or axis not in averaged)
    image = activation(draw, "x", shape, draw(activation_types))
    output = T("y", kept, image.dtype, scales=image.scales, zero_points=image.zero_points)
    if draw(st.booleans()):
        scale = float32(image.scales[0] * 2.0 ** draw(st.floats(-10, 4) | st.floats(-30, 30)))
        output = activation(draw, "y", kept, image.dtype, scale)
    return one_operator(
        name,
        [image, T("axes", (len(axes),), "int32", data=np.array(axes))],
        output,
        [int_samples(draw(chances), image)],
        "ReducerOptions",
        {"keepDims": keep},
        oracle="tflite-micro" if len(averaged) <= TFLM_AXES else "BUILTIN_REF",
    )
