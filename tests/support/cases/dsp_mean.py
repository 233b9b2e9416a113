"""MEAN over all dimensions but the first and the last."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, chances, float32, int8_tensor
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One mean of up to 255 pixels."""
    images, height, width, channels = (draw(st.integers(*limits)) for limits in ((1, 2), (1, 15), (1, 17), (4, 11)))
    image = int8_tensor(draw, "x", (images, height, width, channels))
    scale = float32(image.scales[0] * 2.0 ** draw(st.floats(-6, 2)))
    output = int8_tensor(draw, "y", (images, channels), scale)
    axes = T("axes", (2,), "int32", data=np.array([1, 2]))
    samples = [int_samples(draw(chances), image)]
    return one_operator("MEAN", [image, axes], output, samples, "ReducerOptions", {"keepDims": False})
