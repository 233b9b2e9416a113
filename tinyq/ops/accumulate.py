"""What convolutions and dense layers share: int32 accumulators and their way back to int8.

`acc = bias + sum((x - input_zero_point) * weight)`; the pass fold_zero_point moves the constant part
`-input_zero_point * sum(weight)` into the bias. Then the output stage; DESIGN.md, section 3, has both profiles.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.affine import Activation, activation_range
from tinyq.numerics.fixed_point import (
    INT32_MAX,
    left_shift_wraps,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from tinyq.numerics.float_scaling import scale_in_float
from tinyq.numerics.int4 import pack_int4
from tinyq.numerics.interval import Interval
from tinyq.ops.base import Call
from tinyq.ops.checks import require_constant, require_dtype, require_multiplier, require_per_tensor, require_tflm

INPUT, WEIGHTS, BIAS = 0, 1, 2


@dataclass(frozen=True)
class AccumulateOptions(Options):
    """Options of every operator that accumulates products.

    Attributes:
        activation: fused into the clamp of the output.
        zero_point_folded: whether the bias already holds `-input_zero_point * sum(weight)`.
        channel_axis: the dimension of the weights that is the output channel.
    """

    activation: Activation = "NONE"
    zero_point_folded: bool = False
    channel_axis: ClassVar[int] = 0


@dataclass(frozen=True, eq=False)
class OutputStage:
    """From an int32 accumulator to the int8 output, for each output channel: gemmlowp's double rounding.

    Attributes:
        multipliers: int32 [channels], in [2**30, 2**31).
        shifts: int8 [channels]; positive is to the left.
        zero_point: of the output.
        low: least output the activation lets through.
        high: greatest one.
    """

    multipliers: Array
    shifts: Array
    zero_point: int
    low: int
    high: int
    is_float: ClassVar[bool] = False

    def apply(self, accumulators: Array) -> Array:
        """int8 outputs of int32 `accumulators` whose last axis is the output channel."""
        scaled = multiply_by_quantized_multiplier(accumulators, self.multipliers, self.shifts)
        return np.clip(scaled + self.zero_point, self.low, self.high).astype(np.int8)

    def interval(self, accumulators: Interval) -> Interval:
        """The outputs of all accumulators between two bounds; everything where a left shift may wrap around."""
        wraps = [left_shift_wraps(bound, self.shifts) for bound in (accumulators.low, accumulators.high)]
        unknown = np.logical_or(*wraps)
        low = np.where(unknown, np.int8(self.low), self.apply(accumulators.low))
        return Interval(low, np.where(unknown, np.int8(self.high), self.apply(accumulators.high)))


@dataclass(frozen=True, eq=False)
class FloatOutputStage(OutputStage):
    """The profile `xnnpack`: one product in float32, then the nearest integer, ties to even.

    `multipliers` are float32 [channels], the real multipliers; `shifts` are zeros.
    Source: XNNPACK src/qs8-gemm/*-minmax-fp32-scalar-*.c.
    """

    is_float: ClassVar[bool] = True

    def apply(self, accumulators: Array) -> Array:
        """As in the base class."""
        low, high = self.low - self.zero_point, self.high - self.zero_point
        return (scale_in_float(accumulators, self.multipliers, low, high) + self.zero_point).astype(np.int8)


def output_stage(call: Call[Any], channels: int) -> OutputStage:
    """The output stage of `call`: `real multiplier = input scale * weight scale / output scale`."""
    weights = call.tensor(WEIGHTS).quantization
    assert weights is not None
    in_xnnpack = call.arithmetic == "xnnpack"
    low, high = activation_range(
        call.options.activation, call.output.scale, call.output.zero_point, "int8", ties_to_even=in_xnnpack
    )
    repeats = channels // len(weights.scales)
    if in_xnnpack:
        scales = np.float32(call.input.scale) * np.array(weights.scales, np.float32) / np.float32(call.output.scale)
        shifts = np.zeros(channels, np.int8)
        return FloatOutputStage(np.tile(scales, repeats), shifts, call.output.zero_point, low, high)
    pairs = [quantize_multiplier(call.input.scale * scale / call.output.scale) for scale in weights.scales] * repeats
    return OutputStage(
        np.array([multiplier for multiplier, _ in pairs], np.int32),
        np.array([shift for _, shift in pairs], np.int8),
        call.output.zero_point,
        low,
        high,
    )


def one_or_all(values: Array) -> Array | int | float:
    """The number that all channels share, if they do; it needs no table in flash."""
    if not (values == values[0]).all():
        return values
    return float(values[0]) if values.dtype == np.float32 else int(values[0])


def bias_of(call: Call[Any], channels: int) -> Array:
    """int32 bias [channels]; zeros where the layer has none."""
    bias = call.optional(BIAS)
    return np.zeros(channels, np.int32) if bias is None or bias.data is None else bias.data.reshape(channels)


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


def check_accumulate(call: Call[Any], channels: int) -> None:
    """Refuse tensors that the int8 kernels can't take, and accumulators that could overflow int32."""
    weights, bias = call.tensor(WEIGHTS), call.optional(BIAS)
    for tensor in (call.input, call.output):
        require_dtype(call, tensor, "int8")
    require_dtype(call, weights, "int8", "int4")
    if weights.dtype == "int4":
        require_tflm(
            call, "TensorFlow Lite's interpreter rounds layers with int4 weights now in one way, now in another"
        )
    require_per_tensor(call, call.input, call.output)
    require_constant(call, weights)
    _check_weight_quantization(call, weights, channels)
    if bias is not None:
        require_dtype(call, bias, "int32")
        require_constant(call, bias)
        if bias.elements != channels or channels not in bias.shape:
            call.refuse(f"a bias of shape {list(bias.shape)}", f"[{channels}], a number for each output channel")
    _check_overflow(call, channels)


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
    require_multiplier(call, call.input.scale * max(quantization.scales) / call.output.scale)


def _check_overflow(call: Call[Any], channels: int) -> None:
    offset = input_offset(call)
    largest = max(abs(-128 + offset), abs(127 + offset))
    bound = np.abs(weights_by_channel(call)).sum(axis=1) * largest + np.abs(bias_of(call, channels).astype(np.int64))
    if bound.max() > INT32_MAX:
        call.refuse(
            f"output channel {int(bound.argmax())}, whose sum can reach {int(bound.max())}",
            f"sums up to {INT32_MAX}, which an int32 accumulator holds",
            "its bias is out of proportion: check the calibration data and the layer's weights",
        )
