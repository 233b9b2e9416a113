"""SOFTMAX: softmax over the last dimension; of int8, the exponential is a table made at build time.

Source: TFLite kernels/internal/reference/softmax.h (gemmlowp fixed point); kernels/internal/quantization_util.cc,
PreprocessSoftmaxScaling and CalculateInputRadius. TFLM aborts where the exponentials of a row add up to 512 or
more; there every probability is less than half of the output's step, and the answer is 0 for all.
In the profile xnnpack: TFLite kernels/internal/optimized/optimized_ops.h, Softmax, in float32 from a table.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics.affine import round_half_away
from tinyq.numerics.exponential import exp_on_negative_values, reciprocal
from tinyq.numerics.fixed_point import (
    Int64,
    quantize_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    wrap_int32,
)
from tinyq.numerics.real import rounded
from tinyq.ops import softmax16
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_activations, require_dtype, require_shape

DIFFERENCE_BITS = 5  # integer bits of a scaled difference: Q5.26
SUM_BITS = 12  # integer bits of the sum of exponentials: Q12.19
LARGEST_DEPTH = 2**SUM_BITS - 1


@dataclass(frozen=True)
class SoftmaxOptions(Options):
    """`softmax(beta * x)`."""

    beta: float = 1.0


@dataclass(frozen=True)
class Form:
    """What the outputs of an element type look like, and what it takes.

    Attributes:
        scale: of the output; every converter fixes it.
        zero_point: of the output, as well.
        largest_depth: of how many numbers a row can be.
        largest_step: the real number, times beta, that a step of the input must stay below.
    """

    scale: float
    zero_point: int
    largest_depth: int
    largest_step: float = np.inf


@dataclass(frozen=True, eq=False)
class SoftmaxKernel(Kernel):
    """`exponentials[d]` is exp(-d * scale * beta) in Q0.31; larger differences count as 0. Or float32, all 256."""

    exponentials: Array
    is_float: bool
    rows: int
    depth: int


class Softmax(Operator[SoftmaxOptions]):
    """Of int8 or int16; `forms` says which, and how."""

    forms: ClassVar[Mapping[DType, Form]] = {
        "int8": Form(1 / 256, -128, LARGEST_DEPTH),
        "int16": Form(softmax16.OUTPUT_SCALE, 0, softmax16.LARGEST_DEPTH, softmax16.LARGEST_STEP),
    }

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> SoftmaxOptions:
        return SoftmaxOptions(float(source.beta))

    def check(self, call: Call[SoftmaxOptions]) -> None:
        require_dtype(call, call.input, *self.forms)
        require_activations(call, call.input, call.output)
        require_shape(call, call.output, call.input.shape)
        form = self.forms[call.input.dtype]
        if (call.output.scale, call.output.zero_point) != (form.scale, form.zero_point):
            call.refuse(
                f"output scale {call.output.scale:g}, zero point {call.output.zero_point}",
                f"scale 1/{1 / form.scale:g}, zero point {form.zero_point}, as every converter gives a softmax",
            )
        depth = call.input.shape[-1] if call.input.shape else 0
        if not 1 <= depth <= form.largest_depth:
            call.refuse(f"a softmax over {depth} numbers", f"1 to {form.largest_depth} numbers in the last dimension")
        if not 2.0**-26 < _step(call) < form.largest_step:
            call.refuse(
                f"beta {call.options.beta:g} with input scale {call.input.scale:g}",
                "a product above 2**-26" + (f" and below {form.largest_step:g}" if form.largest_step < np.inf else ""),
            )

    def reference(self, call: Call[SoftmaxOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        if call.in_xnnpack:
            return (_in_float(call, inputs[0].astype(np.int64)),)
        if call.input.dtype == "int16":
            return (softmax16.softmax16(inputs[0], _step(call), call.arithmetic),)
        x = inputs[0].astype(np.int64)
        differences = x.max(axis=-1, keepdims=True) - x
        counts = differences <= largest_difference(call)
        powers = exponential(call, np.where(counts, differences, 0))
        total = np.where(counts, rounding_divide_by_pot(powers, SUM_BITS), 0).sum(axis=-1, keepdims=True)
        mantissa, exponent = reciprocal(total)
        product = saturating_rounding_doubling_high_mul(mantissa, powers)
        probability = np.where(counts, rounding_divide_by_pot(product, exponent + 31 - 8), 0)
        return (np.clip(probability - 128, -128, 127).astype(np.int8),)

    def kernel(self, call: Call[SoftmaxOptions]) -> Kernel:
        depth = call.input.shape[-1]
        rows = call.input.elements // depth
        if call.input.dtype == "int16":
            return softmax16.softmax16_kernel(_step(call), rows, depth, call.arithmetic)
        is_float = call.in_xnnpack
        table = float_exponentials(call) if is_float else exponentials(call)
        return SoftmaxKernel(table, is_float, rows, depth)

    def overlays(self, call: Call[SoftmaxOptions]) -> tuple[Tensor, ...]:
        return (call.input,)


def _step(call: Call[SoftmaxOptions]) -> float:
    return call.options.beta * call.input.scale


def _in_float(call: Call[SoftmaxOptions], x: Int64) -> Array:
    """int8 probabilities: the sum runs from the first number to the last, in float32 as all the rest."""
    powers = float_exponentials(call)[x.max(axis=-1, keepdims=True) - x]
    total = np.add.accumulate(powers, axis=-1, dtype=np.float32)[..., -1:]
    probabilities = round_half_away(powers * (np.float32(1.0) / (total * np.float32(call.output.scale))))
    answers: Array = np.clip(probabilities.astype(np.int64) + call.output.zero_point, -128, 127).astype(np.int8)
    return answers


def float_exponentials(call: Call[SoftmaxOptions]) -> Array:
    """float32 [256]: exp of minus the differences of inputs."""
    step = -np.float32(call.input.scale) * np.float32(call.options.beta)
    return rounded(math.exp, step * np.arange(256, dtype=np.float32))


def scaling(call: Call[SoftmaxOptions]) -> tuple[int, int]:
    """Multiplier and shift from differences of inputs to Q5.26."""
    real = _step(call) * 2.0 ** (31 - DIFFERENCE_BITS)
    return quantize_multiplier(min(real, 2.0**31 - 1.0))


def largest_difference(call: Call[SoftmaxOptions]) -> int:
    """The largest difference from the row's maximum that still counts; beyond it Q5.26 would overflow."""
    _, shift = scaling(call)
    radius = (2**DIFFERENCE_BITS - 1 << 31 - DIFFERENCE_BITS) >> shift
    return int(min(radius, 255))


def in_q5(call: Call[SoftmaxOptions], differences: Int64) -> Int64:
    """`-differences` of inputs as real numbers, in Q5.26."""
    multiplier, shift = scaling(call)
    return saturating_rounding_doubling_high_mul(wrap_int32(-differences << shift), multiplier)


def exponential(call: Call[SoftmaxOptions], differences: Int64) -> Int64:
    """Exp of `-differences` of inputs, Q0.31."""
    return exp_on_negative_values(in_q5(call, differences))


def exponentials(call: Call[SoftmaxOptions]) -> Array:
    """int32 table of exp for all differences that count, Q0.31."""
    return exponential(call, np.arange(largest_difference(call) + 1)).astype(np.int32)


OPERATOR = Softmax()
