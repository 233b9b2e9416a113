"""DEPTHWISE_CONV_2D with stride, dilation, multipliers, either padding, and one scale or one for each channel."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activation_types, activations, chances
from support.cases._window import convolution_options, padding_and_axes


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    padding, height, width = padding_and_axes(draw, dilated=True)
    batch, depth, multiplier = (draw(st.integers(1, most)) for most in (2, 5, 3))
    image = image_of(draw, (batch, height.image, width.image, depth), draw(activation_types))
    weights, bias, output = constants_and_output(
        draw,
        image,
        (1, height.kernel, width.kernel, depth * multiplier),
        axis=3,
        output_shape=(batch, height.output, width.output, depth * multiplier),
        is_wide=True,
    )
    window_options = convolution_options(padding, height, width, draw(activations))
    options = {"depthMultiplier": multiplier, **window_options}
    inputs = [image, weights] if bias is None else [image, weights, bias]
    return one_operator(
        "DEPTHWISE_CONV_2D",
        inputs,
        output,
        [int_samples(draw(chances), image)],
        "DepthwiseConv2DOptions",
        options,
    )
