"""What CONV_2D and DEPTHWISE_CONV_2D share; they differ in the layout of their weights."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.accumulate import WEIGHTS, AccumulateOptions
from tinyq.ops.accumulating_kernel import AccumulatingKernel, accumulating_kernel
from tinyq.ops.base import Call
from tinyq.ops.checks import read_activation, require_rank, require_shape
from tinyq.ops.overlap import Overlap, lead_of
from tinyq.ops.window import Window, check_window


@dataclass(frozen=True)
class ConvOptions(AccumulateOptions):
    """The window that slides over the image, besides what every accumulating operator has."""

    window: Window = field(default_factory=lambda: Window((1, 1), (1, 1)))


@dataclass(frozen=True, eq=False)
class ConvKernel(AccumulatingKernel):
    """What the loops need besides.

    Attributes:
        is_int4: whether `weights` are int4 numbers, two a byte.
        groups: the input channels are split into so many; output channels see only their own.
        padding_value: what an input pixel outside the image counts as, before the offset.
    """

    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    groups: int
    padding_value: int


def read_convolution(source: Any, inputs: Sequence[Tensor | None]) -> ConvOptions:
    """The options in the schema's builtin options `source`; the kernel's size is in the weights' shape."""
    image, weights = inputs[0], inputs[WEIGHTS]
    assert image is not None
    assert weights is not None
    kernel = (weights.shape[1], weights.shape[2])
    return ConvOptions(read_activation(source), window=Window.read(source, kernel, image.shape))


def check_geometry(call: Call[ConvOptions], channels: int) -> None:
    """Refuse an output shape that doesn't follow from the window and `channels` output channels."""
    window = call.options.window
    check_window(call, window, call.input)
    require_shape(call, call.output, (call.input.shape[0], *window.output_size(call.input.shape), channels))


def check_ranks(call: Call[ConvOptions]) -> None:
    """Refuse images and weights without four dimensions."""
    for tensor in (call.input, call.tensor(WEIGHTS), call.output):
        require_rank(call, tensor, 4)


def grouped_channels(call: Call[Any]) -> int:
    """The output channels of weights [output channels, height, width, input channels / groups]; refuses other ones."""
    check_ranks(call)
    channels, *_, depth = call.tensor(WEIGHTS).shape
    if call.input.shape[3] % depth or channels % (call.input.shape[3] // depth):
        _refuse_weights(call, "[output channels, height, width, input channels / groups]")
    check_geometry(call, channels)
    return channels


def depthwise_channels(call: Call[Any]) -> int:
    """The output channels of weights [1, height, width, input channels * multiplier]; refuses other ones."""
    check_ranks(call)
    ones, *_, channels = call.tensor(WEIGHTS).shape
    if ones != 1 or channels % call.input.shape[3]:
        _refuse_weights(call, "[1, height, width, input channels * multiplier]")
    check_geometry(call, channels)
    return channels


def _refuse_weights(call: Call[Any], accepted: str) -> None:
    found = f"{call.input.shape[3]} input channels for weights of shape {list(call.tensor(WEIGHTS).shape)}"
    call.refuse(found, f"weights {accepted}")


def groups_of(call: Call[Any]) -> int:
    """Into how many groups the input channels are split."""
    return call.input.shape[3] // call.tensor(WEIGHTS).shape[3]


def weights_of(call: Call[Any]) -> Array:
    """The constant weights."""
    weights = call.tensor(WEIGHTS).data
    assert weights is not None
    return weights


def convolution_kernel(call: Call[ConvOptions], channels: int, groups: int) -> ConvKernel:
    """What both kernel templates see."""
    return ConvKernel(
        **vars(accumulating_kernel(call, channels)),
        window=call.options.window,
        input_shape=call.input.shape,
        output_shape=call.output.shape,
        groups=groups,
        padding_value=call.input.zero_point,
    )


def patch_bytes(call: Call[ConvOptions]) -> int:
    """Scratch for the input pixels under the kernel, gathered with their padding; a pointwise layer needs none."""
    window = call.options.window
    return 0 if window.is_pointwise else window.kernel[0] * window.kernel[1] * _pixel_bytes(call.input)


def patch_overlaps(call: Call[Any], *, read_first: bool) -> tuple[Overlap, ...]:
    """Pixel after pixel is written; its patch was gathered before, but a pointwise layer reads where the input lies."""
    needed = call.options.window.first_needed(call.input.shape)
    lead = lead_of(needed, _pixel_bytes(call.input), _pixel_bytes(call.output), read_first=read_first)
    return (Overlap(call.input, lead),)


def _pixel_bytes(image: Tensor) -> int:
    return image.bytes // int(np.prod(image.shape[:3]))
