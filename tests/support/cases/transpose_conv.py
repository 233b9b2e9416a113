"""TRANSPOSE_CONV with stride, either padding, kernels smaller than the stride, one scale or one for each channel."""

from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output, image_of
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import SAME, VALID, Draw, activation_types, activations, chances
from support.cases._movement import numbers


@st.composite
def cases(draw: Draw) -> Case:
    """One transposed convolution."""
    padding = draw(st.sampled_from([SAME, VALID]))
    batch, depth, channels = (draw(st.integers(1, most)) for most in (2, 4, 3))
    kernel, stride = (tuple(draw(st.integers(1, 4)) for _ in range(2)) for _ in range(2))
    before = tuple(draw(st.integers(1, 5)) for _ in range(2))
    after = tuple(_output(draw, padding, *extents) for extents in zip(before, kernel, stride, strict=True))
    image = image_of(draw, (batch, *before, depth), draw(activation_types))
    weights, bias, output = constants_and_output(
        draw, image, (channels, *kernel, depth), 0, (batch, *after, channels), types=["int8"], is_wide=True
    )
    options = {
        "padding": padding,
        "strideH": stride[0],
        "strideW": stride[1],
        "fusedActivationFunction": draw(activations),
    }
    inputs = [numbers("shape", output.shape), weights, image, *([] if bias is None else [bias])]
    samples = [int_samples(draw(chances), image)]
    return one_operator("TRANSPOSE_CONV", inputs, output, samples, "TransposeConvOptions", options)


def _output(draw: Draw, padding: int, before: int, kernel: int, stride: int) -> int:
    """An extent from which a convolution would lead back to `before`."""
    if padding == SAME:
        return before * stride - int(draw(st.integers(0, stride - 1)))
    return (before - 1) * stride + kernel + int(draw(st.integers(0, stride - 1)))
