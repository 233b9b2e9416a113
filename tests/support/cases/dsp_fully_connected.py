"""FULLY_CONNECTED with few and many inputs and outputs: whole chunks and groups, and rests."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of, without_least
from support.cases._case import Case, int8_samples, one_operator
from support.cases._draw import Draw, activations, chances


@st.composite
def cases(draw: Draw) -> Case:
    """One dense layer."""
    rows = draw(st.integers(1, 3))
    depth = draw(st.integers(1, 70) | st.sampled_from([64, 128, 148, 256, 300, 640]))
    channels = draw(st.integers(1, 20) | st.sampled_from([8, 32]))
    image = image_of(draw, (rows, depth))
    drawn, bias, output = constants_and_output(draw, image, (channels, depth), 0, (rows, channels))
    inputs = [image, without_least(drawn)] if bias is None else [image, without_least(drawn), bias]
    options = {"fusedActivationFunction": draw(activations)}
    samples = [int8_samples(draw(chances), image)]
    return one_operator("FULLY_CONNECTED", inputs, output, samples, "FullyConnectedOptions", options)
