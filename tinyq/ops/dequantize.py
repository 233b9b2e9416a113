"""DEQUANTIZE: integers to the float32 values they stand for.

Source: TFLite kernels/internal/reference/dequantize.h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics import affine
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_quantized, require_shape
from tinyq.ops.overlap import Overlap, of_other_width


@dataclass(frozen=True, eq=False)
class DequantizeKernel(Kernel):
    """`scale * (q - zero_point)` in float32."""

    input_dtype: DType
    elements: int
    scale: float
    zero_point: int


class Dequantize(Operator[Options]):
    """Element by element; what is known at build time may have int4 numbers, and a scale for each channel."""

    elementwise = True

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        is_stored = call.input.is_constant and call.input.quantization is not None
        if not is_stored:
            require_dtype(call, call.input, "int8", "uint8", "int16")
            require_quantized(call, call.input)
        require_dtype(call, call.output, "float32")
        require_shape(call, call.output, call.input.shape)

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (dequantized(call.input, inputs[0]),)

    def kernel(self, call: Call[Options]) -> DequantizeKernel:
        return DequantizeKernel(call.input.dtype, call.output.elements, call.input.scale, call.input.zero_point)

    def is_monotone(self, call: Call[Options]) -> bool:
        return True

    def channels(self, call: Call[Options]) -> Channels:
        return CHANNEL_BY_CHANNEL

    def overlaps(self, call: Call[Options]) -> tuple[Overlap, ...]:
        return (of_other_width(call.input, call.output),)


def dequantized(tensor: Tensor, integers: Array) -> Array:
    """float32 [*integers.shape] of what `integers` of `tensor` stand for, each channel by its own scale if it has one.

    Source: TFLite kernels/internal/reference/dequantize.h, PerChannelDequantize.
    """
    quantization = tensor.quantization
    assert quantization is not None
    along = [-1 if axis == quantization.axis else 1 for axis in range(len(tensor.shape))]
    scales, zero_points = np.array(quantization.scales, np.float32), np.array(quantization.zero_points)
    return affine.dequantize(integers, scales.reshape(along), zero_points.reshape(along))


OPERATOR = Dequantize()
