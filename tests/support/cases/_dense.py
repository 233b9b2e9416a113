"""FULLY_CONNECTED of any number of rows, inputs and outputs."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.cases._accumulate import constants_and_output, image_of, without_least
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activations, chances


@st.composite
def dense(draw: Draw, rows: SearchStrategy[int], depths: SearchStrategy[int]) -> Case:
    """One dense layer."""
    shape = (draw(rows), draw(depths))
    channels = draw(st.integers(1, 20) | st.sampled_from([8, 32]))
    image = image_of(draw, shape)
    drawn, bias, output = constants_and_output(draw, image, (channels, shape[1]), 0, (shape[0], channels))
    inputs = [image, without_least(drawn)] if bias is None else [image, without_least(drawn), bias]
    options = {"fusedActivationFunction": draw(activations)}
    samples = [int_samples(draw(chances), image)]
    return one_operator("FULLY_CONNECTED", inputs, output, samples, "FullyConnectedOptions", options)
