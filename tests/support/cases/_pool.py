"""What the two pools draw."""

from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activation, activation_types, activations, chances
from support.cases._window import padding_and_axes
from support.tflite_model import T

CHANNELS = st.integers(1, 4)


def pool_case(
    draw: Draw,
    name: str,
    channels: st.SearchStrategy[int] = CHANNELS,
    dtypes: st.SearchStrategy[str] = activation_types,
) -> Case:
    """One pool; its output has the input's scale and zero point."""
    padding, height, width = padding_and_axes(draw, dilated=False)
    batch, depth = draw(st.integers(1, 2)), draw(channels)
    image = activation(draw, "x", (batch, height.image, width.image, depth), draw(dtypes))
    shape = (batch, height.output, width.output, depth)
    output = T("y", shape, image.dtype, scales=image.scales, zero_points=image.zero_points)
    options = {
        "padding": padding,
        "strideH": height.stride,
        "strideW": width.stride,
        "filterHeight": height.kernel,
        "filterWidth": width.kernel,
        "fusedActivationFunction": draw(activations),
    }
    return one_operator(name, [image], output, [int_samples(draw(chances), image)], "Pool2DOptions", options)
