"""LOG_SOFTMAX: int8 logarithm of the softmax over the last dimension.

Source: TFLite kernels/internal/reference/log_softmax.h, LogSoftmaxQuantized; kernels/internal/quantization_util.cc,
PreprocessLogSoftmaxScalingExp.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Tensor
from tinyq.numerics.fixed_point import (
    INT32_MIN,
    Int64,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
    rounding_divide_by_pot,
)
from tinyq.numerics.logarithm import logarithm
from tinyq.ops.base import Call
from tinyq.ops.checks import require_tflm
from tinyq.ops.softmax import (
    LARGEST_DEPTH,
    SUM_BITS,
    Form,
    Softmax,
    SoftmaxKernel,
    SoftmaxOptions,
    exponential,
    exponentials,
    in_q5,
    largest_difference,
    scaling,
)

OUTPUT_SHIFT = 22  # from Q5.26 to steps of 1/16


@dataclass(frozen=True, eq=False)
class LogSoftmaxKernel(SoftmaxKernel):
    """Beside the exponentials: scalings of a difference to Q5.26, and back."""

    scaling: tuple[int, int]
    back: tuple[int, int]


class LogSoftmax(Softmax):
    """A difference counts as far as Q5.26 holds it less the logarithm of the row's sum."""

    forms: ClassVar[Mapping[DType, Form]] = {"int8": Form(1 / 16, 127, LARGEST_DEPTH)}

    def check(self, call: Call[SoftmaxOptions]) -> None:
        require_tflm(call, "the logarithm of each row's sum is taken in float32")
        super().check(call)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> SoftmaxOptions:
        return SoftmaxOptions()

    def reference(self, call: Call[SoftmaxOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        x = inputs[0].astype(np.int64)
        differences = x.max(axis=-1, keepdims=True) - x
        counts = differences <= largest_difference(call)
        powers = exponential(call, np.where(counts, differences, 0))
        total = np.where(counts, rounding_divide_by_pot(powers, SUM_BITS), 0).sum(axis=-1, keepdims=True)
        log_sum = logarithm(total)
        least = np.maximum(-largest_difference(call) - 1, _least_difference(call, log_sum))
        counts = -differences > least
        answers = rounding_divide_by_pot(in_q5(call, np.where(counts, differences, 0)) - log_sum, OUTPUT_SHIFT) + 127
        return (np.where(counts, np.clip(answers, -128, 127), -128).astype(np.int8),)

    def kernel(self, call: Call[SoftmaxOptions]) -> LogSoftmaxKernel:
        depth = call.input.shape[-1]
        rows = call.input.elements // depth
        return LogSoftmaxKernel(exponentials(call), False, rows, depth, scaling(call), _back(call))  # noqa: FBT003


def _back(call: Call[SoftmaxOptions]) -> tuple[int, int]:
    """Multiplier and shift from Q5.26 to a difference of inputs."""
    multiplier, shift = scaling(call)
    return quantize_multiplier(2.0 ** (31 - shift) / multiplier)


def _least_difference(call: Call[SoftmaxOptions], log_sum: Int64) -> Int64:
    return multiply_by_quantized_multiplier(log_sum + INT32_MIN, *_back(call))


OPERATOR = LogSoftmax()
