"""Natural logarithm in fixed point, as TFLite computes it for the int8 LOG_SOFTMAX.

Source: TFLite kernels/internal/common.h, log_x_for_x_greater_than_or_equal_to_1_impl: x is brought near the fourth
root of 1/2 by a power of two, once as it is and once times the square root of 1/2, whichever comes closer; then a
quotient of polynomials. Formats are named as in exponential.py.
"""

import numpy as np

from tinyq.numerics.exponential import one_over_one_plus
from tinyq.numerics.fixed_point import (
    Int64,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    saturating_shift_left,
)

_mul = saturating_rounding_doubling_high_mul

# In Q0.31.
LOG_2 = 1488522236
SQRT_HALF = 1518500250
FOURTH_ROOT_OF_HALF = 1805811301
ALPHA_N = 117049297  # 11/240 * 2**(1/4)
ALPHA_D = 127690142  # 1/20 * 2**(1/4)
ALPHA_I = 1057819769  # 2 / 2**(1/4) - 2**(1/4)
ALPHA_F = 638450708  # 1/4 * 2**(1/4)
QUARTER_IN_Q6 = 2**23


def logarithm(q12: Int64) -> Int64:
    """log(x) of a Q12.19 value from 1 upwards, as Q5.26."""
    by_power = np.left_shift(q12, _headroom(q12))
    reduced = saturating_shift_left(_mul(by_power, SQRT_HALF), 1)
    power = ((12 - 1 - _headroom(q12)) << 25) + QUARTER_IN_Q6
    headroom = _headroom(_mul(q12, SQRT_HALF))
    other_reduced = np.minimum(q12 << headroom, 2**31 - 1)
    other_power = ((12 - headroom) << 25) - QUARTER_IN_Q6
    r, power = np.minimum(reduced, other_reduced), np.maximum(power, other_power)
    p = (r + FOURTH_ROOT_OF_HALF + 1) // 2
    q = 2 * (r - FOURTH_ROOT_OF_HALF)
    square = _mul(q, q)
    numerator = _mul(q, r) + _mul(_mul(q, square), ALPHA_N)
    denominator_minus_one = _mul(p, ALPHA_I + q + _mul(ALPHA_D, square)) + _mul(ALPHA_F, q)
    fraction = _mul(rounding_divide_by_pot(numerator, 6), one_over_one_plus(denominator_minus_one))
    return saturating_shift_left(_mul(power, LOG_2) + fraction, 1)


def _headroom(x: Int64) -> Int64:
    """By how many bits positive int32 values can be shifted to the left."""
    return 30 - np.floor(np.log2(x.astype(np.float64))).astype(np.int64)
