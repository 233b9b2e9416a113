"""1 over the square root in fixed point, by five Newton-Raphson steps in Q3.28.

Source: TFLite kernels/internal/common.h, GetInvSqrtQuantizedMultiplierExp.
"""

from functools import cache

from tinyq.numerics.fixed_point import (
    INT32_MAX,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    saturating_shift_left,
)

ONE = 2**28
ONE_AND_A_HALF = 3 * 2**27
SQRT_HALF = 1518500250  # Q0.31
STEPS = 5


@cache
def inverse_square_root(x: int) -> tuple[int, int]:
    """`(multiplier, shift)` with `1 / sqrt(x) ~ multiplier * 2**(shift - 31)`, for x from 1 to 2**29."""
    if x == 1:
        return INT32_MAX, 0
    pairs = (31 - x.bit_length()) // 2 - 1
    value = (x << 2 * pairs) >> 1
    half = int(rounding_divide_by_pot(value, 1))
    root = ONE
    for _ in range(STEPS):
        cube = _shifted(_mul(_mul(root, root), root), 6)
        root = _shifted(_mul(ONE_AND_A_HALF, root) - _mul(half, cube), 3)
    root, shift = _mul(root, SQRT_HALF), 11 - pairs
    return (root << -shift, 0) if shift < 0 else (root, -shift)


def _mul(a: int, b: int) -> int:
    return int(saturating_rounding_doubling_high_mul(a, b))


def _shifted(x: int, bits: int) -> int:
    return int(saturating_shift_left(x, bits))
