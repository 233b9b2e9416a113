"""What float32 convolutions and dense layers share: sums of products from 0 on, then the bias, then a clamp.

Source: TFLite kernels/internal/reference/conv.h and the other float kernels there, which sum in the same order.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.affine import Activation
from tinyq.numerics.float32 import clamp
from tinyq.ops.accumulate import BIAS, WEIGHTS
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import require_constant, require_dtype
from tinyq.ops.convolution import weights_of
from tinyq.ops.floats.activation import bounds, limits
from tinyq.ops.window import Window


@dataclass(frozen=True)
class FloatOptions(Options):
    """The fused activation."""

    activation: Activation = "NONE"


@dataclass(frozen=True)
class FloatWindowOptions(FloatOptions):
    """The window that slides over the image, besides."""

    window: Window = field(default_factory=lambda: Window((1, 1), (1, 1)))


@dataclass(frozen=True, eq=False)
class FloatKernel(Kernel):
    """Weights in the layout of the .tflite file, and the bounds of the fused activation; None is no bound."""

    weights: Array
    bias: Array | None
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class FloatWindowKernel(FloatKernel):
    """The window and the shapes besides; the input channels are split into `groups`."""

    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    groups: int


def check_float(call: Call[Any], channels: int) -> None:
    """Refuse tensors that are not float32, and weights that are not known at build time."""
    weights, bias = call.tensor(WEIGHTS), call.optional(BIAS)
    require_constant(call, weights)
    for tensor in (call.input, weights, call.output, *([] if bias is None else [bias])):
        require_dtype(call, tensor, "float32")
    if bias is not None:
        require_constant(call, bias)
        if bias.elements != channels:
            call.refuse(f"a bias of shape {list(bias.shape)}", f"[{channels}], a number for each output channel")


def float_bias(call: Call[Any]) -> Array | None:
    """float32 bias [channels]; None where the layer has none, or adds zeros."""
    bias = call.optional(BIAS)
    return None if bias is None or bias.data is None or not bias.data.any() else bias.data.reshape(-1)


def finished(call: Call[Any], sums: Array) -> Array:
    """The output [samples, *shape] for float32 `sums` of products whose last axis is the output channel."""
    bias = float_bias(call)
    with np.errstate(all="ignore"):
        total = sums if bias is None else sums + bias
    return clamp(total, *bounds(call.options.activation)).reshape(-1, *call.output.shape)


def window_kernel(call: Call[Any], groups: int) -> FloatWindowKernel:
    """What the templates of convolutions see."""
    return FloatWindowKernel(
        weights_of(call),
        float_bias(call),
        *limits(call.options.activation),
        call.options.window,
        call.input.shape,
        call.output.shape,
        groups,
    )
