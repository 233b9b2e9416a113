"""Logistic function and tanh of int16 numbers, interpolated in a table of 256 numbers.

Source: TFLite kernels/internal/reference/integer_ops/{logistic.h,tanh.h} and kernels/internal/common.cc.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyq.numerics.fixed_point import Int64


def _table() -> NDArray[np.uint16]:
    """`65536 / (1 + exp(-i / 24))`, raised by half of what a straight line to the next one misses in the middle.

    The function is concave there, so that this halves the error of the interpolation. The last number is saturated.
    """

    def logistic(position: Any) -> Any:  # noqa: ANN401  a float array
        return 65536 / (1 + np.exp(-position / 24))

    i = np.arange(256.0)
    missed = logistic(i + 0.5) - (logistic(i) + logistic(i + 1)) / 2
    table: NDArray[np.uint16] = np.rint(logistic(i) + missed / 2).astype(np.uint16)
    table[-1] = 65535
    return table


SIGMOID_TABLE = _table()


def logistic16(x: Any) -> Int64:  # noqa: ANN401  scalars and arrays alike
    """Q0.15 logistic function of numbers in thirds of 2**-12."""
    scaled = np.asarray(x, np.int64)
    magnitude = _interpolated(np.abs(scaled), 9, 0x7FFF << 10)
    result: Int64 = np.where(scaled >= 0, magnitude + (1 << 9), (1 << 25) - magnitude + (1 << 9) - 1) >> 10
    return result


def tanh16(x: Any) -> Int64:  # noqa: ANN401  as above
    """Q0.15 tanh of numbers in thirds of 2**-12."""
    scaled = np.asarray(x, np.int64)
    magnitude = _interpolated(np.abs(scaled), 8, 0xFFFF << 8)
    half, rounding = 1 << 23, 1 << 7
    result: Int64 = np.where(scaled >= 0, magnitude - half + rounding, half - magnitude + rounding - 1) >> 8
    return result


def _interpolated(magnitude: Int64, bits: int, saturated: int) -> Int64:
    """The table at `magnitude / 2**bits`, times `2**bits`; `saturated` from its last entry on."""
    table = SIGMOID_TABLE.astype(np.int64)
    index = np.minimum(magnitude >> bits, 254)
    low, high = table[index], table[index + 1]
    between = (low << bits) + (magnitude & ((1 << bits) - 1)) * (high - low)
    result: Int64 = np.where(magnitude >> bits >= 255, saturated, between)
    return result
