"""What float32 convolutions and dense layers share: sums of products from 0 on, then the bias, then a clamp.

Source: TFLite kernels/internal/reference/conv.h and the other float kernels there, which sum in the same order.
Weights may be stored as int8 or int4: each becomes `scale * integer` in float32 before it meets its input, as where a
DEQUANTIZE stands before the operator. No copy of them is ever made.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.affine import Activation
from tinyq.numerics.float32 import clamp
from tinyq.numerics.int4 import pack_int4
from tinyq.ops.accumulate import BIAS, WEIGHTS
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import require_constant, require_dtype
from tinyq.ops.convolution import weights_of
from tinyq.ops.dequantize import dequantized
from tinyq.ops.floats.activation import bounds, limits
from tinyq.ops.overlap import Overlap
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
    """Weights in the layout of the .tflite file, and the bounds of the fused activation; None is no bound.

    Attributes:
        is_int4: whether `weights` are int4 numbers, two a byte.
        scales: of weights that are integers: one, or one for each output channel; None of float32 weights.
    """

    weights: Array
    is_int4: bool
    scales: Array | float | None
    bias: Array | None
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class FloatWindowKernel(FloatKernel):
    """The window and the shapes besides; the input channels are split into `groups`.

    Attributes:
        is_rows: whether pixels are rows of a dense layer.
    """

    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    groups: int
    is_rows: bool = False


def check_float(call: Call[Any], channels: int, axis: int) -> None:
    """Refuse tensors that are not float32, and weights that are not known at build time.

    Weights may be integers: symmetric, with one scale or one for each channel, which lie along `axis`.
    """
    weights, bias = call.tensor(WEIGHTS), call.optional(BIAS)
    require_constant(call, weights)
    if weights.dtype != "float32":
        require_symmetric(call, weights, axis)
    for tensor in (call.input, call.output, *([] if bias is None else [bias])):
        require_dtype(call, tensor, "float32")
    if bias is not None:
        require_constant(call, bias)
        if bias.elements != channels:
            call.refuse(f"a bias of shape {list(bias.shape)}", f"[{channels}], a number for each output channel")


def require_symmetric(call: Call[Any], weights: Tensor, axis: int) -> None:
    """Refuse weights that are no int8 or int4 with zero point 0 and one scale, or one for each slice along `axis`."""
    require_dtype(call, weights, "int8", "int4")
    quantization = weights.quantization
    if quantization is None or quantization.axis not in (None, axis):
        along = "no scale" if quantization is None else f"a scale for each slice along axis {quantization.axis}"
        call.refuse(f"weights {weights.name} with {along}", "one scale, or one for each output channel")
    if any(quantization.zero_points):
        call.refuse(f"weights {weights.name} with zero points other than 0", "symmetric weights")


def real_weights(call: Call[Any]) -> Array:
    """The float32 numbers that the weights are, or stand for."""
    weights = call.tensor(WEIGHTS)
    return weights_of(call) if weights.dtype == "float32" else dequantized(weights, weights_of(call))


def stored_weights(call: Call[Any]) -> dict[str, Any]:
    """The weights as templates see them: `weights`, `is_int4` and `scales` of FloatKernel."""
    weights, values = call.tensor(WEIGHTS), weights_of(call)
    is_int4 = weights.dtype == "int4"
    scales = None if weights.quantization is None else np.array(weights.quantization.scales, np.float32)
    return {
        "weights": pack_int4(values) if is_int4 else values,
        "is_int4": is_int4,
        "scales": scales if scales is None or len(scales) > 1 else float(scales[0]),
    }


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


def rows_overlap(call: Call[Any], rows: int) -> Overlap:
    """How the output of `rows` times the same weights may lie over the input.

    Four rows at a time are read until the last of their outputs is written, and what is left one at a time
    (firmware_templates/kernels/floats/_rows.j2).
    """
    together = rows - rows % 4
    starts = np.array([*range(0, together, 4), *range(together, rows)])
    ends = np.append(starts[1:], rows)
    before, after = (tensor.bytes // rows for tensor in (call.input, call.output))
    return Overlap(call.input, int((starts * before - ends * after).min()))


def window_kernel(call: Call[Any], groups: int) -> FloatWindowKernel:
    """What the templates of convolutions see."""
    low, high = limits(call.options.activation)
    return FloatWindowKernel(
        **stored_weights(call),
        bias=float_bias(call),
        low=low,
        high=high,
        window=call.options.window,
        input_shape=call.input.shape,
        output_shape=call.output.shape,
        groups=groups,
    )
