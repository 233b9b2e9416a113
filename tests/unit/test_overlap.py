"""A kernel whose output starts within its lead destroys nothing: found by walking through every byte."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tinyq.ir.graph import Options, Quantization, Tensor
from tinyq.ops import Call, operator
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.pool import PoolOptions
from tinyq.ops.window import Window

SMALL = st.integers(1, 3)
PAIR = st.tuples(SMALL, SMALL)
PADDING = st.tuples(st.integers(0, 2), st.integers(0, 2))
Step = tuple[set[int], set[int]]  # addresses that are read, then those that are written


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, tuple[int, int, int, int]]:
    window = Window(draw(PAIR), draw(PAIR), draw(PAIR), draw(PADDING), draw(PADDING))
    image = (draw(st.integers(1, 2)), draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(SMALL))
    assume(min(window.output_size(image)) > 0)
    return window, image


def call(op: str, options: Options, image: tuple[int, ...], output: tuple[int, ...]) -> Call[Options]:
    quantization = Quantization((1.0,), (0,))
    given, result = (Tensor(name, shape, "int8", quantization) for name, shape in (("x", image), ("y", output)))
    weights = Tensor("w", (output[3], *image[1:]), "int8", quantization, np.zeros((output[3], *image[1:]), np.int8))
    return Call("layer", op, options, (given, weights), (result,))


def pixels_under(window: Window, image: tuple[int, ...]) -> list[set[int]]:
    """For each output pixel the input pixels that it sees."""
    numbers = np.arange(image[0] * image[1] * image[2]).reshape(*image[:3], 1)
    taps = np.stack([pixels.reshape(-1) for _, pixels in window.taps(numbers, -1)])
    return [set(column[column >= 0].tolist()) for column in taps.T]


def addresses(pixels: set[int], channels: int) -> set[int]:
    return {pixel * channels + channel for pixel in pixels for channel in range(channels)}


def pixel_by_pixel(under: list[set[int]], given: int, written: int, *, read_first: bool) -> Iterator[Step]:
    """A convolution: all under the kernel is read before the pixel's first byte is written, or before each."""
    for number, pixels in enumerate(under):
        reads, first = addresses(pixels, given), number * written
        if read_first:
            yield reads, set(range(first, first + written))
        else:
            yield from ((reads, {first + channel}) for channel in range(written))


def channel_by_channel(under: list[set[int]], channels: int) -> Iterator[Step]:
    """A pool."""
    for number, pixels in enumerate(under):
        for channel in range(channels):
            yield {pixel * channels + channel for pixel in pixels}, {number * channels + channel}


def is_safe(steps: list[Step], lead: int) -> bool:
    """Whether no byte is read after it was written over, with the output `lead` bytes behind the input."""
    destroyed: set[int] = set()
    for reads, writes in steps:
        if reads & destroyed:
            return False
        destroyed |= {address + lead for address in writes}
    return True


@given(windows(), SMALL)
def test_a_convolution_s_output_may_start_as_late_as_its_patches_allow(
    found: tuple[Window, tuple[int, int, int, int]], channels: int
) -> None:
    window, image = found
    node = call("CONV_2D", ConvOptions(window=window), image, (image[0], *window.output_size(image), channels))
    (overlap,) = operator("CONV_2D").overlaps(node)
    under = pixels_under(window, image)
    steps = list(pixel_by_pixel(under, image[3], channels, read_first=not window.is_pointwise))
    assert is_safe(steps, overlap.lead)
    assert is_safe(steps, overlap.lead - 1)


@pytest.mark.parametrize("op", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
@given(windows())
def test_a_pool_s_output_may_start_as_late_as_its_channels_allow(
    op: str, found: tuple[Window, tuple[int, int, int, int]]
) -> None:
    window, image = found
    node = call(op, PoolOptions(window), image, (image[0], *window.output_size(image), image[3]))
    (overlap,) = operator(op).overlaps(node)
    assert is_safe(list(channel_by_channel(pixels_under(window, image), image[3])), overlap.lead)


@pytest.mark.parametrize(
    ("window", "image", "channels", "lead"),
    [
        (Window((3, 3), (1, 1), (1, 1), (1, 1), (1, 1)), (1, 25, 5, 64), 64, -(5 + 1) * 64),  # a row and a pixel behind
        (Window((1, 1), (1, 1)), (1, 25, 5, 64), 64, 1 - 64),  # a pixel is read until its last channel is written
        (Window((3, 3), (2, 2), (1, 1), (0, 0), (1, 1)), (1, 8, 8, 4), 4, 4),  # reads faster than it writes
        (Window((8, 8), (1, 1)), (1, 8, 8, 4), 4, 256),  # one pixel, whose patch is read before: anywhere
    ],
)
def test_leads_of_well_known_layers(window: Window, image: tuple[int, int, int, int], channels: int, lead: int) -> None:
    node = call("CONV_2D", ConvOptions(window=window), image, (1, *window.output_size(image), channels))
    (overlap,) = operator("CONV_2D").overlaps(node)
    assert overlap.lead == lead
