"""QUANTIZE: float32 to int8, or integers of one scale to integers of another.

Source: TFLite kernels/internal/reference/{quantize.h,requantize.h}; TFLM kernels/quantize_common.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics import affine
from tinyq.numerics.fixed_point import left_shift_wraps, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_multiplier, require_per_tensor, require_shape


@dataclass(frozen=True, eq=False)
class QuantizeKernel(Kernel):
    """`multiplier` and `shift` are used for integers, `scale` for float32."""

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


class Quantize(Operator[Options]):
    """Element by element."""

    elementwise = True

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        require_dtype(call, call.input, "float32", "int8", "uint8")
        require_dtype(call, call.output, "int8", "uint8")
        require_shape(call, call.output, call.input.shape)
        require_per_tensor(call, call.output)
        if call.input.dtype != "float32":
            require_per_tensor(call, call.input)
            require_multiplier(call, call.input.scale / call.output.scale)

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        output = call.output
        if call.input.dtype == "float32":
            return (affine.quantize(inputs[0], output.scale, output.zero_point, output.dtype),)
        multiplier, shift = quantize_multiplier(call.input.scale / output.scale)
        scaled = multiply_by_quantized_multiplier(inputs[0].astype(np.int64) - call.input.zero_point, multiplier, shift)
        limits = np.iinfo(output.dtype)
        return (np.clip(scaled + output.zero_point, limits.min, limits.max).astype(output.dtype),)

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
        )

    def overlays(self, call: Call[Options]) -> tuple[Tensor, ...]:
        return (call.input,)  # output element i is never longer than input element i, and is written after it is read

    def is_monotone(self, call: Call[Options]) -> bool:
        if call.input.dtype == "float32":
            return True
        limits = np.iinfo(call.input.dtype)
        extremes = np.array([limits.min, limits.max], np.int64) - call.input.zero_point
        return not left_shift_wraps(extremes, quantize_multiplier(call.input.scale / call.output.scale)[1]).any()

    def channels(self, call: Call[Options]) -> Channels:
        return CHANNEL_BY_CHANNEL


OPERATOR = Quantize()
