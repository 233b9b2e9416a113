"""Convolutions as trained models have them: weights from -127 on, outputs that do not all saturate."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activations, chances, float32, zero_points
from support.cases._window import Axis, padding_and_axes
from support.tflite_model import T

_DEPTHS = st.integers(1, 7) | st.sampled_from([8, 12, 16, 20, 32])


def cases() -> st.SearchStrategy[Case]:
    """One convolution; channels are often multiples of four."""
    return convolution(_DEPTHS, _DEPTHS)


@st.composite
def convolution(draw: Draw, depths: st.SearchStrategy[int], widths: st.SearchStrategy[int]) -> Case:
    """One convolution with input channels from `depths` and output channels from `widths`."""
    return convolution_over(draw, padding_and_axes(draw, dilated=False), depths, widths)


def convolution_over(
    draw: Draw,
    window: tuple[int, Axis, Axis],
    depths: st.SearchStrategy[int],
    widths: st.SearchStrategy[int],
) -> Case:
    """One convolution over images of a given geometry: padding, height and width."""
    padding, height, width = window
    batch, depth, channels = draw(st.integers(1, 2)), draw(depths), draw(widths)
    chance = draw(chances)
    image = T("x", (batch, height.image, width.image, depth), scales=(0.5,), zero_points=(draw(zero_points),))
    weights, bias, scale = _constants(draw, chance, (channels, height.kernel, width.kernel, depth))
    output = T("y", (batch, height.output, width.output, channels), scales=(scale,), zero_points=(draw(zero_points),))
    options = {
        "padding": padding,
        "strideH": height.stride,
        "strideW": width.stride,
        "dilationHFactor": 1,
        "dilationWFactor": 1,
        "fusedActivationFunction": draw(activations),
    }
    samples = [int_samples(chance, image)]
    return one_operator("CONV_2D", [image, weights, bias], output, samples, "Conv2DOptions", options)


def _constants(draw: Draw, chance: np.random.Generator, shape: tuple[int, ...]) -> tuple[T, T, float]:
    """Weights with a scale for each channel, biases, and an output scale of 2**-1 to 2**14 times the products'."""
    channels = shape[0]
    scales = tuple(float32(0.01 * 2.0**exponent) for exponent in chance.uniform(-1.0, 1.0, channels))
    products = tuple(float32(0.5 * scale) for scale in scales)
    extreme = draw(st.booleans())
    largest = draw(st.sampled_from([127, 60, 20]))
    weights = chance.choice([-largest, largest], shape) if extreme else chance.integers(-largest, largest + 1, shape)
    bias = chance.integers(-20000, 20000, channels)
    output = float32(max(products) * 2.0 ** draw(st.floats(-1.0, 14.0)))
    return (
        T("w", shape, scales=scales, axis=0, data=weights),
        T("b", (channels,), "int32", products, data=bias),
        output,
    )
