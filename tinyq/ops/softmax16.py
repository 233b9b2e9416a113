"""SOFTMAX of int16: the exponential and the reciprocal of its sum by straight lines.

Source: TFLite kernels/internal/reference/softmax.h, SoftmaxInt16; TFLM kernels/softmax_common.cc. In the profile
xnnpack TFLite kernels/activations.cc, whose tables are those of double precision: two of the reciprocals differ.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Arithmetic, Array
from tinyq.numerics.fixed_point import multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.numerics.interpolation import INT16, interpolate16, interpolation_table
from tinyq.numerics.real import rounded
from tinyq.ops.base import Kernel

OUTPUT_SCALE = 2.0**-15
LARGEST_DEPTH = 2**16 - 1  # a row of 1s adds up to less than 2**31
LEAST_EXPONENT = 10.0  # exp(-10) is the least that the table tells apart
DIFFERENCES = 2**16 - 1  # steps down to it
LARGEST_STEP = 5.0  # of the input, so that a difference of two stays within 32 bits
REALS: Mapping[Arithmetic, type[np.floating[Any]]] = {"tflm": np.float32, "xnnpack": np.float64}
#: exp(x - 10) for x from 0 to 10, and 1 / (1 + x) for x from 0 to 1, in Q0.15.
EXPONENTIALS = interpolation_table(
    lambda x: rounded(math.exp, x) * np.float32(2**15), np.float32(-LEAST_EXPONENT), np.float32(0)
)
RECIPROCALS: Mapping[Arithmetic, Array] = {
    arithmetic: interpolation_table(lambda x: 2**15 / (1 + x), real(0), real(1)) for arithmetic, real in REALS.items()
}


@dataclass(frozen=True, eq=False)
class Softmax16Kernel(Kernel):
    """Tables, and multiplier and shift from differences of inputs to steps of the first table."""

    template: ClassVar[str | None] = "softmax16"

    exponentials: Array
    reciprocals: Array
    scaling: tuple[int, int]
    rows: int
    depth: int


def softmax16_kernel(step: float, rows: int, depth: int, arithmetic: Arithmetic) -> Softmax16Kernel:
    """Of `rows` rows of `depth` int16 numbers in steps of `step`."""
    return Softmax16Kernel(EXPONENTIALS, RECIPROCALS[arithmetic], _scaling(step), rows, depth)


def _scaling(step: float) -> tuple[int, int]:
    return quantize_multiplier(step / (LEAST_EXPONENT / DIFFERENCES))


def softmax16(x: Array, step: float, arithmetic: Arithmetic) -> Array:
    """int16 probabilities along the last axis of int16 numbers in steps of `step`."""
    q = x.astype(np.int64)
    differences = multiply_by_quantized_multiplier(q - q.max(axis=-1, keepdims=True), *_scaling(step))
    powers = interpolate16(EXPONENTIALS, np.clip(differences + INT16[1], *INT16))
    total = powers.sum(axis=-1, keepdims=True)
    bits = np.frexp(total.astype(np.float64))[1].astype(np.int64) - 1
    mantissa = ((total << (30 - bits)) + 2**13) >> 14  # Q1.16, from 1 upwards
    inverse = interpolate16(RECIPROCALS[arithmetic], np.clip(mantissa - 2**16 - 2**15, *INT16))
    probability: Array = np.clip((powers * inverse + (1 << (bits - 1))) >> bits, 0, INT16[1]).astype(np.int16)
    return probability
