"""PRELU with an alpha for each channel, for each element, and one for all."""

from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, chances, float32, int8_tensor, scales, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    shape = draw(shapes(range(1, 5), 5))
    image = int8_tensor(draw, "x", shape)
    alpha_shape = draw(st.sampled_from([shape, shape[-1:], (1,) * len(shape), shape[1:] or shape]))
    zero_point = draw(st.sampled_from([0, 0, -128, 5]))
    values = draw(chances).integers(-128, 128, alpha_shape)
    alpha = T("a", alpha_shape, scales=(draw(scales(-12, 0)),), zero_points=(zero_point,), data=values)
    output = int8_tensor(draw, "y", shape, float32(image.scales[0] * 2.0 ** draw(st.floats(-8, 8))))
    return one_operator("PRELU", [image, alpha], output, [int_samples(draw(chances), image)])
