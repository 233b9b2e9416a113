"""DEPTHWISE_CONV_2D of 16x8 with any number of channels from four upwards."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activations, chances
from support.cases._window import convolution_options, padding_and_axes


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    padding, height, width = padding_and_axes(draw, dilated=True)
    batch, depth = draw(st.integers(1, 2)), draw(st.integers(4, 13))
    image = image_of(draw, (batch, height.image, width.image, depth), "int16")
    shape = (batch, height.output, width.output, depth)
    weights, bias, output = constants_and_output(
        draw, image, (1, height.kernel, width.kernel, depth), 3, shape, is_wide=True
    )
    window_options = convolution_options(padding, height, width, draw(activations))
    options = {"depthMultiplier": 1, **window_options}
    inputs = [image, weights] if bias is None else [image, weights, bias]
    samples = [int_samples(draw(chances), image)]
    return one_operator("DEPTHWISE_CONV_2D", inputs, output, samples, "DepthwiseConv2DOptions", options)
