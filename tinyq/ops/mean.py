"""MEAN: int8 or int16 mean over any axes; the count of elements is folded into the multiplier.

Sources: TFLite kernels/internal/reference/reduce.h, QuantizedMeanOrSum; TFLM kernels/reduce_common.cc. In the profile
xnnpack: XNNPACK src/operators/reduce-nd.c, which rounds after it has added the output's zero point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.affine import round_half_away
from tinyq.numerics.fixed_point import left_shift_wraps, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.numerics.float_scaling import scale_in_float
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels, Kernel, Operator
from tinyq.ops.checks import require_activations, require_multiplier
from tinyq.ops.loops import Loop
from tinyq.ops.reduce import (
    ReduceOptions,
    check_axes,
    read_axes,
    reduce_loops,
    reduced_count,
    sample_axes,
    with_output_shape,
)

LARGEST_FLOAT_RATIO = 2.0**16  # XNNPACK's float32 loses the zero point beyond about 2**20
LARGEST_COUNT = {"int8": 2**23, "int16": 2**16 - 1}  # so that a sum, minus zero points, stays within int32


@dataclass(frozen=True, eq=False)
class MeanKernel(Kernel):
    """Loops over what stays walk input and output, loops over what is averaged walk the input."""

    kept: tuple[Loop, ...]
    averaged: tuple[Loop, ...]
    offset: int
    multiplier: int
    shift: int
    zero_point: int
    float_scale: float | None
    c_type: str
    least: int
    greatest: int


class Mean(Operator[ReduceOptions]):
    """Sum, subtract the zero point as often as there are elements, scale."""

    inputs = (2, 2)
    template = "mean"
    what = "mean"
    scales_int16_in_float: ClassVar[bool] = False  # in the profile xnnpack

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ReduceOptions:
        return read_axes(inputs)

    def check(self, call: Call[ReduceOptions]) -> None:
        require_activations(call, call.input, call.output)
        require_multiplier(call, call.input.scale / call.output.scale)
        if call.in_xnnpack and call.input.scale / call.output.scale > LARGEST_FLOAT_RATIO:
            call.refuse(
                f"an input scale of {call.input.scale:g} and an output scale of {call.output.scale:g}",
                f"an output scale that is at most {LARGEST_FLOAT_RATIO:g} times finer in the profile xnnpack",
                "use --arithmetic tflm",
            )
        check_axes(call, self.what)
        if reduced_count(call) > (largest := LARGEST_COUNT[call.input.dtype]):
            call.refuse(f"a {self.what} of {reduced_count(call)} numbers", f"up to {largest}")

    def reference(self, call: Call[ReduceOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        total = inputs[0].sum(axis=sample_axes(call), dtype=np.int64) - call.input.zero_point * reduced_count(call)
        if call.in_xnnpack:
            scaled = scale_in_float(total, self.float_scale(call), *_range(call), call.output.zero_point)
        elif self._scales_in_float(call):
            scaled = round_half_away(total.astype(np.float32) * np.float32(self.float_scale(call)))
        else:
            scaled = multiply_by_quantized_multiplier(total, *self.scaling(call)) + call.output.zero_point
        return (with_output_shape(call, np.clip(scaled, *_range(call)).astype(call.output.dtype)),)

    def kernel(self, call: Call[ReduceOptions]) -> MeanKernel:
        offset = -call.input.zero_point * reduced_count(call)
        float_scale = self.float_scale(call) if self._scales_in_float(call) else None
        scaling, zero_point, c_type = self.scaling(call), call.output.zero_point, f"{call.output.dtype}_t"
        return MeanKernel(*reduce_loops(call), offset, *scaling, zero_point, float_scale, c_type, *_range(call))

    def is_monotone(self, call: Call[ReduceOptions]) -> bool:
        extremes = (np.array(_range(call)) - call.input.zero_point) * reduced_count(call)
        return not left_shift_wraps(extremes, self.scaling(call)[1]).any()

    def channels(self, call: Call[ReduceOptions]) -> Channels | None:
        keeps_channels = len(call.input.shape) - 1 not in call.options.axes
        return CHANNEL_BY_CHANNEL if keeps_channels and call.input.shape[-1:] == call.output.shape[-1:] else None

    def overlays(self, call: Call[ReduceOptions]) -> tuple[Tensor, ...]:
        # Element i is written after its sum; the sums of later ones begin at input element i + 1 or behind.
        return (call.input,)

    def float_scale(self, call: Call[ReduceOptions]) -> float:
        """`input scale / output scale / count`, each quotient rounded to float32."""
        return float(np.float32(call.input.scale) / np.float32(call.output.scale) / np.float32(reduced_count(call)))

    def _scales_in_float(self, call: Call[ReduceOptions]) -> bool:
        is_scaled_int16 = self.scales_int16_in_float and call.input.dtype == "int16"
        return call.in_xnnpack or (call.arithmetic == "xnnpack" and is_scaled_int16)

    def scaling(self, call: Call[ReduceOptions]) -> tuple[int, int]:
        """Multiplier and shift of `input scale / output scale / count`, rounded as the oracle rounds them."""
        multiplier, shift = quantize_multiplier(call.input.scale / call.output.scale)
        raised = min(reduced_count(call).bit_length() - 1, 32, 31 + shift)
        return (multiplier << raised) // reduced_count(call), shift - raised


def _range(call: Call[ReduceOptions]) -> tuple[int, int]:
    """Of inputs and outputs."""
    limits = np.iinfo(call.output.dtype)
    return int(limits.min), int(limits.max)


OPERATOR = Mean()
