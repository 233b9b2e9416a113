"""From sums of products back to activations: the output stages of convolutions and dense layers."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType
from tinyq.numerics.affine import activation_range, round_half_away
from tinyq.numerics.fixed_point import (
    INT32_MAX,
    INT32_MIN,
    left_shift_wraps,
    multiply_by_quantized_multiplier,
    multiply_upwards,
    quantize_multiplier,
    reduced_multiplier,
    scale_wide,
    unwrapped_scale_wide,
)
from tinyq.numerics.float_scaling import scale_in_float
from tinyq.numerics.interval import Interval
from tinyq.ops.accumulate import WEIGHTS, is_wide
from tinyq.ops.base import Call


@dataclass(frozen=True, eq=False)
class OutputStage:
    """From an int32 accumulator to the output, for each output channel: gemmlowp's double rounding.

    Attributes:
        multipliers: int32 [channels], in [2**30, 2**31).
        shifts: int8 [channels]; positive is to the left.
        zero_point: of the output.
        low: least output the activation lets through.
        high: greatest one.
        dtype: of the output.
    """

    multipliers: Array
    shifts: Array
    zero_point: int
    low: int
    high: int
    dtype: DType = "int8"
    is_float: ClassVar[bool] = False
    is_double: ClassVar[bool] = False
    is_wide: ClassVar[bool] = False
    is_upward: ClassVar[bool] = False

    def apply(self, accumulators: Array) -> Array:
        """Outputs of integer `accumulators` whose last axis is the output channel."""
        outputs: Array = np.clip(self.scaled(accumulators) + self.zero_point, self.low, self.high)
        return outputs.astype(self.dtype)

    def scaled(self, accumulators: Array) -> Array:
        """The outputs before zero point and clamp."""
        return multiply_by_quantized_multiplier(accumulators, self.multipliers, self.shifts)

    def wraps(self, accumulators: Array) -> Array:
        """Where scaling leaves 32 bits; elsewhere it never falls as accumulators rise."""
        return left_shift_wraps(accumulators, self.shifts)

    def interval(self, accumulators: Interval) -> Interval:
        """The outputs of all accumulators between two bounds; everything where one may wrap around."""
        unknown = np.logical_or(self.wraps(accumulators.low), self.wraps(accumulators.high))
        low = np.where(unknown, self.low, self.apply(accumulators.low)).astype(self.dtype)
        return Interval(low, np.where(unknown, self.high, self.apply(accumulators.high)).astype(self.dtype))


@dataclass(frozen=True, eq=False)
class WideOutputStage(OutputStage):
    """From a 64-bit accumulator: one product with a multiplier of 16 bits, rounded once.

    `multipliers` are int16 [channels], the upper halves of those of 32 bits; `shifts` are to the right, from 8 to 46.
    Source: TFLite kernels/internal/common.cc, MultiplyByQuantizedMultiplier of an int64.
    """

    is_wide: ClassVar[bool] = True

    def scaled(self, accumulators: Array) -> Array:
        """As in the base class."""
        return scale_wide(accumulators, self.multipliers, self.shifts)

    def wraps(self, accumulators: Array) -> Array:
        """As in the base class."""
        scaled = unwrapped_scale_wide(accumulators, self.multipliers, self.shifts)
        wrapped: Array = (scaled < INT32_MIN) | (scaled > INT32_MAX)
        return wrapped


@dataclass(frozen=True, eq=False)
class FloatOutputStage(OutputStage):
    """The profile `xnnpack`: one product in float32, then the nearest integer, ties to even.

    `multipliers` are float32 [channels], the real multipliers; `shifts` are zeros.
    Source: XNNPACK src/qs8-gemm/*-minmax-fp32-scalar-*.c.
    """

    is_float: ClassVar[bool] = True

    def scaled(self, accumulators: Array) -> Array:
        """As in the base class."""
        low, high = self.low - self.zero_point, self.high - self.zero_point
        return scale_in_float(accumulators, self.multipliers, low, high)


@dataclass(frozen=True, eq=False)
class DoubleOutputStage(OutputStage):
    """Dense layers of int16 with a bias of 64 bits in the profile `xnnpack`: a double product, then half away from 0.

    `multipliers` are float64 [channels], the real multipliers; `shifts` are zeros.
    Source: TFLite kernels/internal/reference/integer_ops/fully_connected.h, in TensorFlow Lite's interpreter.
    """

    is_double: ClassVar[bool] = True

    def scaled(self, accumulators: Array) -> Array:
        """As in the base class."""
        low, high = self.low - self.zero_point, self.high - self.zero_point
        scaled = accumulators.astype(np.float64) * self.multipliers
        return round_half_away(np.clip(scaled, low, high)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class UpwardOutputStage(OutputStage):
    """Gemmlowp's double rounding, but with the ties of the second upwards too, in the profile `xnnpack`.

    So TensorFlow Lite's interpreter has it in dense layers of int16 with sums of 32 bits and in convolutions of int4
    weights without groups (ruy/apply_multiplier.cc), and in depthwise layers of int4 weights (TFLite
    kernels/internal/optimized/avx2_quantization_utils.h): but for the channels beyond the last eight, whose ties go
    away from zero there, as all do on an x86 processor without AVX2.
    """

    is_upward: ClassVar[bool] = True

    def scaled(self, accumulators: Array) -> Array:
        """As in the base class."""
        return multiply_upwards(accumulators, self.multipliers, self.shifts)


def output_stage(call: Call[Any], channels: int) -> OutputStage:
    """The output stage of `call`: `real multiplier = input scale * weight scale / output scale`."""
    weights, output = call.tensor(WEIGHTS).quantization, call.output
    assert weights is not None
    in_xnnpack = call.in_xnnpack
    clamp = activation_range(
        call.options.activation, output.scale, output.zero_point, output.dtype, ties_to_even=in_xnnpack
    )
    rest = (output.zero_point, *clamp, output.dtype)
    repeats = channels // len(weights.scales)
    if in_xnnpack:
        scales = np.float32(call.input.scale) * np.array(weights.scales, np.float32) / np.float32(output.scale)
        return FloatOutputStage(np.tile(scales, repeats), np.zeros(channels, np.int8), *rest)
    if call.arithmetic == "xnnpack" and call.op == "FULLY_CONNECTED" and is_wide(call):
        reals = np.array([call.input.scale * scale / output.scale for scale in weights.scales] * repeats)
        return DoubleOutputStage(reals, np.zeros(channels, np.int8), *rest)
    pairs = [quantize_multiplier(call.input.scale * scale / output.scale) for scale in weights.scales] * repeats
    multipliers = np.array([multiplier for multiplier, _ in pairs], np.int32)
    shifts = np.array([shift for _, shift in pairs], np.int8)
    if is_wide(call):
        return WideOutputStage(reduced_multiplier(multipliers).astype(np.int16), np.int8(15) - shifts, *rest)
    return (UpwardOutputStage if _is_upward(call) else OutputStage)(multipliers, shifts, *rest)


def _is_upward(call: Call[Any]) -> bool:
    """Whether ties go upwards: in dense layers of int16, and convolutions of int4 weights without groups."""
    weights = call.tensor(WEIGHTS)
    is_plain = call.op == "CONV_2D" and call.input.shape[3] == weights.shape[3]
    is_int4 = weights.dtype == "int4" and (is_plain or call.op == "DEPTHWISE_CONV_2D")
    is_dense = call.op == "FULLY_CONNECTED" and call.input.dtype == "int16"
    return call.arithmetic == "xnnpack" and (is_int4 or is_dense)


def one_or_all(values: Array) -> Array | int | float:
    """The number that all channels share, if they do; it needs no table in flash."""
    if not (values == values[0]).all():
        return values
    return int(values[0]) if np.issubdtype(values.dtype, np.integer) else float(values[0])
