"""FULLY_CONNECTED of 16x8, one row or several."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activations, chances


@st.composite
def cases(draw: Draw) -> Case:
    """One dense layer."""
    rows, depth, channels = (draw(st.integers(*bounds)) for bounds in ((1, 3), (1, 50), (4, 13)))
    image = image_of(draw, (rows, depth), "int16")
    weights, bias, output = constants_and_output(draw, image, (channels, depth), 0, (rows, channels), is_wide=True)
    inputs = [image, weights] if bias is None else [image, weights, bias]
    options = {"fusedActivationFunction": draw(activations)}
    samples = [int_samples(draw(chances), image)]
    return one_operator("FULLY_CONNECTED", inputs, output, samples, "FullyConnectedOptions", options)
