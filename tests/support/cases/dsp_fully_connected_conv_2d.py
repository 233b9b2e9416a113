"""CONV_2D whose kernel covers the image, and with a kernel of one pixel over few of them."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of, without_least
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import VALID, Draw, activations, chances


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    batch, height, width = (draw(st.integers(1, most)) for most in (2, 4, 4))
    inputs, outputs = draw(st.integers(1, 40)), draw(st.integers(1, 20))
    kernel = draw(st.sampled_from([(height, width), (1, 1)]))
    image = image_of(draw, (batch, height, width, inputs))
    output_shape = (batch, height - kernel[0] + 1, width - kernel[1] + 1, outputs)
    weights, bias, output = constants_and_output(draw, image, (outputs, *kernel, inputs), 0, output_shape)
    options = {"padding": VALID, "strideH": 1, "strideW": 1, "fusedActivationFunction": draw(activations)}
    given = [image, without_least(weights)] if bias is None else [image, without_least(weights), bias]
    return one_operator("CONV_2D", given, output, [int_samples(draw(chances), image)], "Conv2DOptions", options)
