"""Depthwise convolutions of one kernel size, with shapes of real models and odd ones."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import SAME, Draw, activations, chances


def depthwise_case(
    draw: Draw,
    kernel: tuple[int, int],
    stride: int,
    padding: int,
    multiplier: int = 1,
    shape: tuple[int, int, int] | None = None,
) -> Case:
    """One layer with square strides, of up to 13 rows, 27 columns and 9 channels, or of an image of one `shape`."""
    least = 1 if padding == SAME else max(kernel)
    height = draw(st.integers(least, least + 8))
    width = draw(st.integers(least, least + 8) | st.integers(max(11, least), 27))
    depth = draw(st.integers(1, 9))
    if shape is not None:
        height, width, depth = shape
    sizes = [
        -(-size // stride) if padding == SAME else (size - taps) // stride + 1
        for size, taps in zip((height, width), kernel, strict=True)
    ]
    image = image_of(draw, (draw(st.integers(1, 2)), height, width, depth))
    weights, bias, output = constants_and_output(
        draw, image, (1, *kernel, depth * multiplier), 3, (image.shape[0], *sizes, depth * multiplier)
    )
    options = {
        "depthMultiplier": multiplier,
        "padding": padding,
        "strideH": stride,
        "strideW": stride,
        "fusedActivationFunction": draw(activations),
    }
    inputs = [image, weights] if bias is None else [image, weights, bias]
    return one_operator(
        "DEPTHWISE_CONV_2D",
        inputs,
        output,
        [int_samples(draw(chances), image)],
        "DepthwiseConv2DOptions",
        options,
    )
