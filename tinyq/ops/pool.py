"""What the two pools share; their quantization does not change from input to output."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Options, Tensor
from tinyq.numerics.affine import Activation, activation_range
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import (
    read_activation,
    require_activations,
    require_rank,
    require_same_quantization,
    require_shape,
)
from tinyq.ops.overlap import Overlap
from tinyq.ops.window import Window, check_window


@dataclass(frozen=True)
class PoolOptions(Options):
    """Options of AVERAGE_POOL_2D and MAX_POOL_2D."""

    window: Window
    activation: Activation = "NONE"


@dataclass(frozen=True, eq=False)
class PoolKernel(Kernel):
    """Window and shapes; `low` and `high` clamp the output, and below `least` no number is."""

    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    low: int
    high: int
    c_type: str
    least: str


def read_pool(source: Any, image: Tensor | None) -> PoolOptions:
    """The options in the schema's Pool2DOptions `source`."""
    assert image is not None
    kernel = (int(source.filterHeight), int(source.filterWidth))
    return PoolOptions(Window.read(source, kernel, image.shape, dilated=False), read_activation(source))


def check_pool(call: Call[PoolOptions]) -> None:
    """Refuse what neither pool can take."""
    for tensor in (call.input, call.output):
        require_rank(call, tensor, 4)
    require_activations(call, call.input, call.output)
    require_same_quantization(call)
    check_window(call, call.options.window, call.input)
    size = call.options.window.output_size(call.input.shape)
    require_shape(call, call.output, (call.input.shape[0], *size, call.input.shape[3]))


def output_range(call: Call[PoolOptions], *, in_xnnpack: bool = False) -> tuple[int, int]:
    """What the fused activation lets through."""
    output, activation = call.output, call.options.activation
    return activation_range(activation, output.scale, output.zero_point, output.dtype, ties_to_even=in_xnnpack)


def pool_kernel(call: Call[PoolOptions], *, in_xnnpack: bool = False) -> PoolKernel:
    """What both kernel templates see."""
    limits = output_range(call, in_xnnpack=in_xnnpack)
    c_type, least = f"{call.output.dtype}_t", f"{call.output.dtype.upper()}_MIN"
    return PoolKernel(call.options.window, call.input.shape, call.output.shape, *limits, c_type, least)


def pool_overlaps(call: Call[PoolOptions]) -> tuple[Overlap, ...]:
    """Channel after channel of each pixel is read and written: what lies before it is not needed any more."""
    needed = call.options.window.first_needed(call.input.shape)[:-1]
    pixel = call.input.shape[3] * np.dtype(call.input.dtype).itemsize
    return (Overlap(call.input, int((needed - np.arange(len(needed))).min()) * pixel),)
