"""FULLY_CONNECTED with inputs of 1 to 4 dimensions, with and without a bias, one scale or one for each channel.

tflite-micro takes int4 weights with one scale alone. Its answers are those to the same numbers as int8.
"""

from dataclasses import replace

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activation_types, activations, chances, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One dense layer; a missing bias is an input that is not there, or is -1 as converters write it."""
    rows, keep = draw(shapes(range(1, 4), 3)), draw(st.booleans())
    depth, channels = draw(st.integers(1, 40)), draw(st.integers(1, 5))
    image = image_of(draw, (*rows, depth), draw(activation_types))
    output_shape = (*rows, channels) if keep else (int(_product(rows)), channels)
    weights, bias, output = constants_and_output(draw, image, (channels, depth), 0, output_shape)
    options = {"fusedActivationFunction": draw(activations), "keepNumDims": keep}
    others = [bias] if bias is not None or draw(st.booleans()) else []
    samples = [int_samples(draw(chances), image)]

    def model(matrix: T) -> Case:
        return one_operator(
            "FULLY_CONNECTED", [image, matrix, *others], output, samples, "FullyConnectedOptions", options
        )

    return replace(model(weights), twin=model(replace(weights, dtype="int8")).tflite)


def _product(extents: tuple[int, ...]) -> int:
    result = 1
    for extent in extents:
        result *= extent
    return result
