"""What convolutions and dense layers share: accumulators, of 32 bits in int8 and of 32 or 64 in int16.

`acc = bias + sum((x - input_zero_point) * weight)`; the pass fold_zero_point moves the constant part
`-input_zero_point * sum(weight)` into the bias. Then the output stage; DESIGN.md, section 3, has both profiles.
In int16 the oracle computes with sums of 64 bits, but those of 32 bits, which may wrap around, to which it adds a bias
of int32; so are those of a dense layer without a bias in the profile xnnpack.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics.affine import Activation
from tinyq.numerics.fixed_point import INT32_MAX
from tinyq.numerics.int4 import pack_int4
from tinyq.ops.base import Call
from tinyq.ops.checks import (
    LARGEST_SHIFT,
    LARGEST_WIDE_SHIFT,
    require_activations,
    require_constant,
    require_dtype,
    require_multiplier,
)

INPUT, WEIGHTS, BIAS = 0, 1, 2
LARGEST_WIDE_SUM = 2**47 - 1  # TFLite kernels/internal/common.cc: a product with 16 bits then fits 64


@dataclass(frozen=True)
class AccumulateOptions(Options):
    """Options of every operator that accumulates products.

    Attributes:
        activation: fused into the clamp of the output.
        zero_point_folded: whether the bias already holds `-input_zero_point * sum(weight)`.
        channel_axis: the dimension of the weights that is the output channel.
        takes_int32_bias: whether an int16 layer may have one.
    """

    activation: Activation = "NONE"
    zero_point_folded: bool = False
    channel_axis: ClassVar[int] = 0
    takes_int32_bias: ClassVar[bool] = True


def is_wide(call: Call[Any]) -> bool:
    """Whether the accumulators have 64 bits."""
    bias = call.optional(BIAS)
    if bias is None:
        return call.input.dtype == "int16" and (call.op != "FULLY_CONNECTED" or call.arithmetic == "tflm")
    return call.input.dtype == "int16" and bias.dtype != "int32"


def bias_dtype(call: Call[Any]) -> DType:
    """The type that a bias of `call` must have for its accumulators."""
    return "int64" if is_wide(call) else "int32"


def bias_of(call: Call[Any], channels: int) -> Array:
    """The bias [channels], in the accumulators' type; zeros where the layer has none."""
    bias = call.optional(BIAS)
    return np.zeros(channels, bias_dtype(call)) if bias is None or bias.data is None else bias.data.reshape(channels)


def weights_by_channel(call: Call[Any]) -> Array:
    """int64 weights [output channels, all that belong to one]."""
    weights = call.tensor(WEIGHTS).data
    assert weights is not None
    by_channel = np.moveaxis(weights, call.options.channel_axis, 0)
    return by_channel.reshape(by_channel.shape[0], -1).astype(np.int64)


def stored_weights(call: Call[Any]) -> Array:
    """The weights as they are in flash: int8 in their own shape, or uint8 that hold int4 ones, two a byte."""
    weights = call.tensor(WEIGHTS)
    assert weights.data is not None
    return pack_int4(weights.data) if weights.dtype == "int4" else weights.data


def input_offset(call: Call[Any]) -> int:
    """What is added to each input before it is multiplied."""
    return 0 if call.options.zero_point_folded else -call.input.zero_point


def largest_sums(call: Call[Any], channels: int) -> Array:
    """int64 [channels]: how far a sum, or a part of one with or without bias, can be from 0 for any input."""
    offset, limits = input_offset(call), np.iinfo(call.input.dtype)
    largest = max(abs(int(limits.min) + offset), abs(int(limits.max) + offset))
    bias = np.abs(np.clip(bias_of(call, channels).astype(np.int64), -(2**62), 2**62))
    bound: Array = np.abs(weights_by_channel(call)).sum(axis=1) * largest + bias
    return bound


def check_accumulate(call: Call[Any], channels: int) -> None:
    """Refuse tensors that the kernels can't take, and accumulators that could overflow."""
    weights, bias = call.tensor(WEIGHTS), call.optional(BIAS)
    require_activations(call, call.input, call.output)
    require_dtype(call, weights, "int8", *(("int4",) if call.input.dtype == "int8" else ()))
    require_constant(call, weights)
    _check_weight_quantization(call, weights, channels)
    if bias is not None:
        _check_bias(call, bias, channels)
    _check_overflow(call, channels)


def _check_bias(call: Call[Any], bias: Tensor, channels: int) -> None:
    is_int16 = call.input.dtype == "int16"
    narrow: tuple[DType, ...] = ("int32",) if not is_int16 or call.options.takes_int32_bias else ()
    wide: tuple[DType, ...] = ("int64",) if is_int16 else ()
    require_dtype(call, bias, *narrow, *wide)
    require_constant(call, bias)
    if bias.elements != channels or channels not in bias.shape:
        call.refuse(f"a bias of shape {list(bias.shape)}", f"[{channels}], a number for each output channel")


def _check_weight_quantization(call: Call[Any], weights: Tensor, channels: int) -> None:
    quantization, channel_axis = weights.quantization, call.options.channel_axis
    if quantization is None:
        call.refuse(f"weights {weights.name} without quantization", "per-tensor or per-channel scales")
    if any(quantization.zero_points):
        call.refuse(f"weights {weights.name} with a zero point that is not 0", "symmetric weights")
    if quantization.axis is not None and (quantization.axis, len(quantization.scales)) != (channel_axis, channels):
        call.refuse(
            f"weights {weights.name} with {len(quantization.scales)} scales along axis {quantization.axis}",
            f"{channels} scales along axis {channel_axis}, one for each output channel",
        )
    largest_shift = LARGEST_WIDE_SHIFT if is_wide(call) else LARGEST_SHIFT
    require_multiplier(call, call.input.scale * max(quantization.scales) / call.output.scale, largest_shift)


def _check_overflow(call: Call[Any], channels: int) -> None:
    bound, limit, bits = largest_sums(call, channels), INT32_MAX, "an int32 accumulator holds"
    if is_wide(call):
        limit, bits = LARGEST_WIDE_SUM, "can be scaled in 64 bits"
    if bound.max() > limit and (is_wide(call) or call.input.dtype == "int8"):
        call.refuse(
            f"output channel {int(bound.argmax())}, whose sum can reach {int(bound.max())}",
            f"sums up to {limit}, which {bits}",
            "its bias is out of proportion: check the calibration data and the layer's weights",
        )
