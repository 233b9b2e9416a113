"""QUANTIZE: float32 to int8 or int16, or integers of one scale to integers of another.

Sources: TFLite kernels/internal/reference/{quantize.h,requantize.h}; TFLM kernels/quantize_common.cc. In the profile
xnnpack: XNNPACK src/{f32-qs8-vcvt,qs8-vcvt}, which takes float32, and integers whose type does not change. Of float32
to int16 that is TensorFlow Lite's vector code; what is left of a tensor beyond its last eight numbers it divides in
double precision, on some processors, which no profile has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics import affine
from tinyq.numerics.fixed_point import left_shift_wraps, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_multiplier, require_quantized, require_shape
from tinyq.ops.overlap import Overlap, of_other_width

#: For each type of the output, the integers that it is made of.
ACCEPTED: Mapping[DType, tuple[DType, ...]] = {
    "int8": ("int8", "uint8", "int16"),
    "uint8": ("int8", "uint8"),
    "int16": ("int8", "int16"),
}
RATIO_BITS = 8  # of the fraction in XNNPACK's quotient of two scales
HALF = 1 << (RATIO_BITS - 1)


@dataclass(frozen=True, eq=False)
class QuantizeKernel(Kernel):
    """`multiplier` and `shift` are used for integers, `scale` for float32.

    In the profile xnnpack, `reciprocal` is used for float32 and `ratio` for integers.
    """

    input_dtype: DType
    output_dtype: DType
    elements: int
    input_zero_point: int
    output_zero_point: int
    multiplier: int
    shift: int
    scale: float
    low: int
    high: int
    reciprocal: float | None
    ratio: int | None


class Quantize(Operator[Options]):
    """Element by element."""

    elementwise = True

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        require_dtype(call, call.output, *ACCEPTED)
        require_dtype(call, call.input, "float32", *ACCEPTED[call.output.dtype])
        require_shape(call, call.output, call.input.shape)
        require_quantized(call, call.output)
        if call.input.dtype != "float32":
            require_quantized(call, call.input)
            require_multiplier(call, call.input.scale / call.output.scale)

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        output = call.output
        if (reciprocal := _reciprocal(call)) is not None:
            return (affine.quantize_by_reciprocal(inputs[0], reciprocal, output.zero_point, output.dtype),)
        if (ratio := _ratio(call)) is not None:
            moved = (inputs[0].astype(np.int64) - call.input.zero_point) * ratio + HALF
            return (_saturated((moved >> RATIO_BITS) + output.zero_point, output.dtype),)
        if call.input.dtype == "float32":
            return (affine.quantize(inputs[0], output.scale, output.zero_point, output.dtype),)
        multiplier, shift = quantize_multiplier(call.input.scale / output.scale)
        scaled = multiply_by_quantized_multiplier(inputs[0].astype(np.int64) - call.input.zero_point, multiplier, shift)
        return (_saturated(scaled + output.zero_point, output.dtype),)

    def kernel(self, call: Call[Options]) -> QuantizeKernel:
        is_float = call.input.dtype == "float32"
        multiplier, shift = (0, 0) if is_float else quantize_multiplier(call.input.scale / call.output.scale)
        limits = np.iinfo(call.output.dtype)
        return QuantizeKernel(
            input_dtype=call.input.dtype,
            output_dtype=call.output.dtype,
            elements=call.output.elements,
            input_zero_point=0 if is_float else call.input.zero_point,
            output_zero_point=call.output.zero_point,
            multiplier=multiplier,
            shift=shift,
            scale=call.output.scale,
            low=int(limits.min),
            high=int(limits.max),
            reciprocal=_reciprocal(call),
            ratio=_ratio(call),
        )

    def overlaps(self, call: Call[Options]) -> tuple[Overlap, ...]:
        return () if call.input.is_constant else (of_other_width(call.input, call.output),)

    def is_monotone(self, call: Call[Options]) -> bool:
        if call.input.dtype == "float32":
            return True
        limits = np.iinfo(call.input.dtype)
        extremes = np.array([limits.min, limits.max], np.int64) - call.input.zero_point
        return not left_shift_wraps(extremes, quantize_multiplier(call.input.scale / call.output.scale)[1]).any()

    def channels(self, call: Call[Options]) -> Channels:
        return CHANNEL_BY_CHANNEL


def _saturated(values: Array, dtype: DType) -> Array:
    limits = np.iinfo(dtype)
    return np.clip(values, limits.min, limits.max).astype(dtype)


def _reciprocal(call: Call[Options]) -> float | None:
    """What XNNPACK multiplies float32 with; None where it is not asked."""
    if call.arithmetic != "xnnpack" or call.input.dtype != "float32":
        return None
    return float(np.float32(1.0) / np.float32(call.output.scale))


def _ratio(call: Call[Options]) -> int | None:
    """256 times the quotient of the scales, rounded, as XNNPACK multiplies integers; None where it is not asked."""
    if not call.in_xnnpack or call.input.dtype != call.output.dtype:
        return None
    ratio = np.float32(call.input.scale) / np.float32(call.output.scale)
    return int(np.rint(np.float32(1 << RATIO_BITS) * ratio)) if 2.0**-8 <= ratio <= 2.0**7 else None


OPERATOR = Quantize()
