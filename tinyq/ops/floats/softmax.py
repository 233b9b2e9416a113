"""SOFTMAX in float32: exponentials of the differences from the largest number, divided by their sum.

Source: TFLite kernels/internal/reference/softmax.h, Softmax.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import sum_in_order
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_shape
from tinyq.ops.softmax import SoftmaxOptions


@dataclass(frozen=True, eq=False)
class FloatSoftmaxKernel(Kernel):
    """`rows` times `depth` numbers."""

    rows: int
    depth: int
    beta: float


class FloatSoftmax(Operator[SoftmaxOptions]):
    """Over the last dimension."""

    template = "floats/softmax"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> SoftmaxOptions:
        return SoftmaxOptions(float(source.beta))

    def check(self, call: Call[SoftmaxOptions]) -> None:
        for tensor in (call.input, call.output):
            require_dtype(call, tensor, "float32")
        require_shape(call, call.output, call.input.shape)
        if not call.input.shape:
            call.refuse("a scalar", "one dimension or more")

    def reference(self, call: Call[SoftmaxOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            powers = rounded(math.exp, (inputs[0] - row_maximum(inputs[0])) * np.float32(call.options.beta))
            return (powers / sum_in_order(powers, axis=-1)[..., np.newaxis],)

    def kernel(self, call: Call[SoftmaxOptions]) -> FloatSoftmaxKernel:
        depth = call.input.shape[-1]
        return FloatSoftmaxKernel(call.input.elements // depth, depth, call.options.beta)

    def overlays(self, call: Call[SoftmaxOptions]) -> tuple[Tensor, ...]:
        return (call.input,)


def row_maximum(x: Array) -> Array:
    """[..., 1]: the largest of each row, from the least finite float32 upwards."""
    largest = np.full(x.shape[:-1], np.finfo(np.float32).min)
    for i in range(x.shape[-1]):
        largest = np.where(x[..., i] > largest, x[..., i], largest)
    return largest[..., np.newaxis]


OPERATOR = FloatSoftmax()
