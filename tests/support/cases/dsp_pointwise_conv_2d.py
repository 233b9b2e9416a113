"""CONV_2D with a kernel of one pixel: few and many channels, whole slabs and rests, any stride."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of, without_least
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import SAME, Draw, activations, chances

channel_counts = st.integers(1, 20) | st.sampled_from([13, 27, 64, 63, 65, 107, 128, 150])


@st.composite
def cases(draw: Draw) -> Case:
    """One convolution."""
    batch, height, width = (draw(st.integers(1, most)) for most in (2, 12, 12))
    stride = draw(st.sampled_from([1, 1, 2, 3]))
    inputs, outputs = draw(channel_counts), draw(channel_counts)
    image = image_of(draw, (batch, height, width, inputs))
    output_shape = (batch, -(-height // stride), -(-width // stride), outputs)
    drawn, bias, output = constants_and_output(draw, image, (outputs, 1, 1, inputs), 0, output_shape)
    weights = without_least(drawn)
    options = {
        "padding": SAME,
        "strideH": stride,
        "strideW": stride,
        "fusedActivationFunction": draw(activations),
    }
    given = [image, weights] if bias is None else [image, weights, bias]
    return one_operator("CONV_2D", given, output, [int_samples(draw(chances), image)], "Conv2DOptions", options)
