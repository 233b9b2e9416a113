"""CONV_2D with stride, dilation, groups, either padding, and one scale or one for each channel."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activation_types, activations, chances
from support.cases._window import convolution_options, padding_and_axes


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    padding, height, width = padding_and_axes(draw, dilated=True)
    batch, groups, depth, per_group = (draw(st.integers(1, most)) for most in (2, 3, 4, 3))
    image = image_of(draw, (batch, height.image, width.image, groups * depth), draw(activation_types))
    weights, bias, output = constants_and_output(
        draw,
        image,
        (groups * per_group, height.kernel, width.kernel, depth),
        axis=0,
        output_shape=(batch, height.output, width.output, groups * per_group),
    )
    options = convolution_options(padding, height, width, draw(activations))
    inputs = [image, weights] if bias is None else [image, weights, bias]
    return one_operator("CONV_2D", inputs, output, [int_samples(draw(chances), image)], "Conv2DOptions", options)
