"""1 over the square root in fixed point, by five Newton-Raphson steps in Q3.28.

Source: TFLite kernels/internal/common.h, GetInvSqrtQuantizedMultiplierExp.
"""

import numpy as np

from tinyq.numerics.fixed_point import (
    INT32_MAX,
    Int64,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    saturating_shift_left,
)

ONE = 2**28
ONE_AND_A_HALF = 3 * 2**27
SQRT_HALF = 1518500250  # Q0.31
STEPS = 5

_mul = saturating_rounding_doubling_high_mul


def inverse_square_root(x: Int64) -> tuple[Int64, Int64]:
    """`(multiplier, shift)` with `1 / sqrt(x) ~ multiplier * 2**(shift - 31)`, for x from 1 to 2**29 - 1."""
    bits = np.frexp(x.astype(np.float64))[1].astype(np.int64)
    pairs = (31 - bits) // 2 - 1
    value = (x << 2 * pairs) >> 1
    half = rounding_divide_by_pot(value, 1)
    root = np.full_like(x, ONE)
    for _ in range(STEPS):
        cube = saturating_shift_left(_mul(_mul(root, root), root), 6)
        root = saturating_shift_left(_mul(ONE_AND_A_HALF, root) - _mul(half, cube), 3)
    multiplier = _mul(root, SQRT_HALF) << np.maximum(pairs - 11, 0)
    is_one = x == 1
    return np.where(is_one, INT32_MAX, multiplier), np.where(is_one, 0, np.minimum(pairs - 11, 0))
