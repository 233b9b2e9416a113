"""CUMSUM in float32: running sums along an axis, each element's own number in it or not, from either end.

Source: TFLite kernels/internal/optimized/optimized_ops.h, CumSumImpl. tflite-micro has it as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import axis_of, integers, require_axis, require_constant, require_dtype, require_shape


@dataclass(frozen=True)
class CumsumOptions(Options):
    """The axis, counted from the front; whether sums leave the element itself out; whether they begin at the end."""

    axis: int
    exclusive: bool
    reverse: bool


@dataclass(frozen=True, eq=False)
class CumsumKernel(Kernel):
    """`outer` times `extent` rows of `inner` numbers are summed row by row."""

    outer: int
    extent: int
    inner: int
    exclusive: bool
    reverse: bool


class FloatCumsum(Operator[CumsumOptions]):
    """Input 1 is the axis."""

    inputs = (2, 2)
    template = "floats/cumsum"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> CumsumOptions:
        assert inputs[0] is not None
        rank = len(inputs[0].shape)
        axes = integers(inputs[1])
        axis = axis_of(axes[0], rank) if len(axes) == 1 else rank
        return CumsumOptions(axis, bool(source.exclusive), bool(source.reverse))

    def check(self, call: Call[CumsumOptions]) -> None:
        for tensor in (call.input, call.output):
            require_dtype(call, tensor, "float32")
        require_constant(call, call.tensor(1))
        require_axis(call, call.options.axis, len(call.input.shape))
        require_shape(call, call.output, call.input.shape)

    def reference(self, call: Call[CumsumOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        axis = call.options.axis + 1
        x = np.flip(inputs[0], axis) if call.options.reverse else inputs[0]
        with np.errstate(all="ignore"):
            # From 0 on: 0 + -0 is 0.
            sums = np.add.accumulate(np.insert(x, 0, np.float32(0), axis=axis), axis=axis)
        part = range(x.shape[axis]) if call.options.exclusive else range(1, x.shape[axis] + 1)
        taken = sums.take(part, axis=axis)
        return (np.flip(taken, axis) if call.options.reverse else taken,)

    def kernel(self, call: Call[CumsumOptions]) -> CumsumKernel:
        shape, axis = call.input.shape, call.options.axis
        outer, inner = (int(np.prod(part, dtype=np.int64)) for part in (shape[:axis], shape[axis + 1 :]))
        return CumsumKernel(outer, shape[axis], inner, call.options.exclusive, call.options.reverse)

    def pointers(self, call: Call[CumsumOptions]) -> tuple[Tensor, ...]:
        return (call.input,)

    def overlays(self, call: Call[CumsumOptions]) -> tuple[Tensor, ...]:
        return (call.input,)


OPERATOR = FloatCumsum()
