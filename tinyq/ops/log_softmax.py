"""LOG_SOFTMAX: int8 logarithm of the softmax over the last dimension.

Source: TFLite kernels/internal/reference/log_softmax.h, LogSoftmaxQuantized; kernels/internal/quantization_util.cc,
PreprocessLogSoftmaxScalingExp. In the profile xnnpack: TFLite kernels/internal/optimized/optimized_ops.h, LogSoftmax,
in float32, with a table of exponentials and a logarithm for each row.
"""

import math
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
from tinyq.numerics.float32 import sum_in_order
from tinyq.numerics.logarithm import logarithm
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.softmax import (
    LARGEST_DEPTH,
    SUM_BITS,
    Form,
    Softmax,
    SoftmaxKernel,
    SoftmaxOptions,
    exponential,
    exponentials,
    float_exponentials,
    in_q5,
    largest_difference,
    scaling,
)

STEPS = 16  # of the output in 1
OUTPUT_SHIFT = 22  # from Q5.26 to those steps


@dataclass(frozen=True, eq=False)
class LogSoftmaxKernel(SoftmaxKernel):
    """Beside the exponentials: scalings of a difference to Q5.26, and back; in float32, the input's scale alone."""

    scaling: tuple[int, int]
    back: tuple[int, int]
    step: float


class LogSoftmax(Softmax):
    """A difference counts as far as Q5.26 holds it less the logarithm of the row's sum."""

    forms: ClassVar[Mapping[DType, Form]] = {"int8": Form(1 / 16, 127, LARGEST_DEPTH)}

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> SoftmaxOptions:
        return SoftmaxOptions()

    def reference(self, call: Call[SoftmaxOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        x = inputs[0].astype(np.int64)
        if call.in_xnnpack:
            return (_in_float(call, x),)
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
        table = float_exponentials(call) if call.in_xnnpack else exponentials(call)
        return LogSoftmaxKernel(
            table, call.in_xnnpack, rows, depth, scaling(call), _back(call), float(np.float32(call.input.scale))
        )


def _in_float(call: Call[SoftmaxOptions], x: Int64) -> Array:
    """int8 logarithms: the sum runs from the first number to the last, in float32 as all the rest."""
    largest, step, finer = x.max(axis=-1, keepdims=True), np.float32(call.input.scale), np.float32(STEPS)
    total = sum_in_order(float_exponentials(call)[largest - x], axis=-1)[..., np.newaxis]
    row = (step * largest.astype(np.float32) + rounded(math.log, total)) * finer
    steps = np.clip(step * finer * x.astype(np.float32) - row, -255, 0)
    answers: Array = (np.rint(steps) + 127).astype(np.int8)
    return answers


def _back(call: Call[SoftmaxOptions]) -> tuple[int, int]:
    """Multiplier and shift from Q5.26 to a difference of inputs."""
    multiplier, shift = scaling(call)
    return quantize_multiplier(2.0 ** (31 - shift) / multiplier)


def _least_difference(call: Call[SoftmaxOptions], log_sum: Int64) -> Int64:
    return multiply_by_quantized_multiplier(log_sum + INT32_MIN, *_back(call))


OPERATOR = LogSoftmax()
