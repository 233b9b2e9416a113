"""MEAN: int8 mean over any axes; the count of elements is folded into the multiplier.

Source: TFLite kernels/internal/reference/reduce.h, QuantizedMeanOrSum; TFLM kernels/reduce_common.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.fixed_point import left_shift_wraps, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels, Kernel, Operator
from tinyq.ops.checks import require_constant, require_dtype, require_multiplier, require_per_tensor
from tinyq.ops.loops import Loop, nest, row_major_strides

LARGEST_COUNT = 2**23  # so that a sum of int8 minus zero points stays within int32


@dataclass(frozen=True)
class MeanOptions(Options):
    """The axes that are averaged over, each counted from the front and named once."""

    axes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class MeanKernel(Kernel):
    """Loops over what stays walk input and output, loops over what is averaged walk the input."""

    kept: tuple[Loop, ...]
    averaged: tuple[Loop, ...]
    offset: int
    multiplier: int
    shift: int
    zero_point: int


class Mean(Operator[MeanOptions]):
    """Sum, subtract the zero point as often as there are elements, scale."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> MeanOptions:
        image, axes = inputs
        assert image is not None
        if axes is None or axes.data is None:
            return MeanOptions(())  # `check` refuses it
        rank = len(image.shape)
        return MeanOptions(
            tuple(sorted({int(axis) % rank if -rank <= axis < rank else rank for axis in axes.data.flat}))
        )

    def check(self, call: Call[MeanOptions]) -> None:
        require_constant(call, call.tensor(1))
        for tensor in (call.input, call.output):
            require_dtype(call, tensor, "int8")
        require_per_tensor(call, call.input, call.output)
        require_multiplier(call, call.input.scale / call.output.scale)
        axes, shape = call.options.axes, call.input.shape
        if not axes or axes[-1] >= len(shape):
            call.refuse(f"axes {list(axes)}", f"axes 0 to {len(shape) - 1} of the input")
        if _count(call) > LARGEST_COUNT:
            call.refuse(f"a mean of {_count(call)} numbers", f"up to {LARGEST_COUNT}")
        if call.output.elements * _count(call) != call.input.elements:
            call.refuse(f"an output of shape {list(call.output.shape)}", f"the mean of {list(shape)} over {list(axes)}")

    def reference(self, call: Call[MeanOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        axes = tuple(axis + 1 for axis in call.options.axes)
        total = inputs[0].sum(axis=axes, dtype=np.int64) - call.input.zero_point * _count(call)
        scaled = multiply_by_quantized_multiplier(total, *_scaling(call)) + call.output.zero_point
        return (np.clip(scaled, -128, 127).astype(np.int8).reshape(-1, *call.output.shape),)

    def kernel(self, call: Call[MeanOptions]) -> MeanKernel:
        shape, axes = call.input.shape, call.options.axes
        strides = row_major_strides(shape)
        kept = tuple(axis for axis in range(len(shape)) if axis not in axes)
        kept_shape = tuple(shape[axis] for axis in kept)
        return MeanKernel(
            nest(kept_shape, tuple(strides[axis] for axis in kept), row_major_strides(kept_shape)),
            nest(tuple(shape[axis] for axis in axes), tuple(strides[axis] for axis in axes)),
            -call.input.zero_point * _count(call),
            *_scaling(call),
            call.output.zero_point,
        )

    def is_monotone(self, call: Call[MeanOptions]) -> bool:
        extremes = (np.array([-128, 127]) - call.input.zero_point) * _count(call)
        return not left_shift_wraps(extremes, _scaling(call)[1]).any()

    def channels(self, call: Call[MeanOptions]) -> Channels | None:
        keeps_channels = len(call.input.shape) - 1 not in call.options.axes
        return CHANNEL_BY_CHANNEL if keeps_channels and call.input.shape[-1:] == call.output.shape[-1:] else None


def _count(call: Call[MeanOptions]) -> int:
    return int(np.prod([call.input.shape[axis] for axis in call.options.axes], dtype=np.int64))


def _scaling(call: Call[MeanOptions]) -> tuple[int, int]:
    """Multiplier and shift of `input scale / output scale / count`, rounded as the oracle rounds them."""
    multiplier, shift = quantize_multiplier(call.input.scale / call.output.scale)
    raised = min(_count(call).bit_length() - 1, 32, 31 + shift)
    return (multiplier << raised) // _count(call), shift - raised


OPERATOR = Mean()
