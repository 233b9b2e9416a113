"""CONV_2D of 16x8 with any number of channels from four upwards, pixels in pairs and single ones."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activations, chances
from support.cases._window import convolution_options, padding_and_axes


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    padding, height, width = padding_and_axes(draw, dilated=True)
    batch, depth = draw(st.integers(1, 2)), draw(st.integers(1, 9) | st.just(64))
    channels = draw(st.integers(4, 13))
    image = image_of(draw, (batch, height.image, width.image, depth), "int16")
    shape = (batch, height.output, width.output, channels)
    weights, bias, output = constants_and_output(
        draw, image, (channels, height.kernel, width.kernel, depth), 0, shape, is_wide=True
    )
    options = convolution_options(padding, height, width, draw(activations))
    inputs = [image, weights] if bias is None else [image, weights, bias]
    return one_operator("CONV_2D", inputs, output, [int_samples(draw(chances), image)], "Conv2DOptions", options)
