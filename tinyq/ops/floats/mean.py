"""MEAN in float32: the elements are summed in their order, then divided by their number.

Source: TFLite kernels/internal/reference/reduce.h, Mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import sum_in_order
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype
from tinyq.ops.loops import Loop
from tinyq.ops.reduce import (
    ReduceOptions,
    check_axes,
    read_axes,
    reduce_loops,
    reduced_count,
    reduced_last,
    with_output_shape,
)


@dataclass(frozen=True, eq=False)
class FloatMeanKernel(Kernel):
    """Loops over what stays walk input and output, loops over what is summed walk the input; None divides nothing."""

    kept: tuple[Loop, ...]
    averaged: tuple[Loop, ...]
    count: int | None


class FloatMean(Operator[ReduceOptions]):
    """Along any axes."""

    inputs = (2, 2)
    template = "floats/mean"

    def __init__(self, what: str = "mean", *, divides: bool = True) -> None:
        self._what, self._divides = what, divides

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ReduceOptions:
        return read_axes(inputs)

    def check(self, call: Call[ReduceOptions]) -> None:
        for tensor in (call.input, call.output):
            require_dtype(call, tensor, "float32")
        check_axes(call, self._what)

    def reference(self, call: Call[ReduceOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            total = sum_in_order(reduced_last(call, inputs[0]), axis=-1)
            result = total / np.float32(reduced_count(call)) if self._divides else total
        return (with_output_shape(call, result),)

    def kernel(self, call: Call[ReduceOptions]) -> FloatMeanKernel:
        return FloatMeanKernel(*reduce_loops(call), reduced_count(call) if self._divides else None)


OPERATOR = FloatMean()
