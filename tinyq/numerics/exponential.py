"""exp(x), 1/x, the logistic function and tanh in fixed point, as gemmlowp computes them for int8.

A value in format Qm.n is `raw / 2**n` with m + n = 31; the names below say `q0` for Q0.31, `q4` for Q4.27 and `q5` for
Q5.26. Source: gemmlowp fixedpoint/fixedpoint.h, exp_on_negative_values, one_over_one_plus_x_for_x_in_0_1,
one_minus_x_over_one_plus_x_for_x_in_0_1, logistic and tanh; TFLite kernels/internal/common.h, GetReciprocal.
"""

import numpy as np

from tinyq.numerics.fixed_point import (
    INT32_MAX,
    Int64,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    saturating_shift_left,
)

_mul = saturating_rounding_doubling_high_mul

EXP_MINUS_ONE_EIGHTH = 1895147668
ONE_THIRD = 715827883
# exp(-2**k) in Q0.31, for k = -2 .. 4.
EXP_MINUS_POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
Q2_48_OVER_17 = 1515870810
Q2_MINUS_32_OVER_17 = -1010580540
NEWTON_STEPS = 3


def _exp_between_minus_one_quarter_and_zero(q0: Int64) -> Int64:
    """Taylor expansion of exp around -1/8; Q0.31 in and out."""
    x = q0 + 2**28
    x2 = _mul(x, x)
    x3 = _mul(x2, x)
    x4_over_4 = rounding_divide_by_pot(_mul(x2, x2), 2)
    series = rounding_divide_by_pot(_mul(x4_over_4 + x3, ONE_THIRD) + x2, 1)
    return EXP_MINUS_ONE_EIGHTH + _mul(EXP_MINUS_ONE_EIGHTH, x + series)


def exp_on_negative_values(raw: Int64, integer_bits: int = 5) -> Int64:
    """exp(x) for x <= 0 with so many integer bits, as Q0.31; exp(0) is the largest int32."""
    position_of_quarter = 31 - integer_bits - 2
    quarter = 2**position_of_quarter
    below_quarter = (raw & (quarter - 1)) - quarter
    result = _exp_between_minus_one_quarter_and_zero(saturating_shift_left(below_quarter, integer_bits))
    remainder = below_quarter - raw
    for position, factor in enumerate(EXP_MINUS_POWERS[: integer_bits + 2], start=position_of_quarter):
        result = np.where((remainder >> position) & 1, _mul(result, factor), result)
    return np.where(raw == 0, INT32_MAX, result)


def logistic(q4: Int64) -> Int64:
    """1 / (1 + exp(-x)) of Q4.27, as Q0.31."""
    positive = one_over_one_plus(exp_on_negative_values(-np.abs(q4), 4))
    return np.where(q4 == 0, 2**30, np.where(q4 > 0, positive, INT32_MAX - positive))


def tanh(q4: Int64) -> Int64:
    """Hyperbolic tangent of Q4.27, as Q0.31: (1 - e) / (1 + e) with e = exp(-2 |x|)."""
    doubled = exp_on_negative_values(-np.abs(q4), 5)  # the same bits read as Q5.26 are twice the number
    magnitude = saturating_shift_left(_half_reciprocal(doubled) - 2**29, 2)
    return np.where(q4 == 0, 0, np.where(q4 < 0, -magnitude, magnitude))


def one_over_one_plus(q0: Int64) -> Int64:
    """1 / (1 + x) for x in [0, 1), Q0.31 in and out."""
    return saturating_shift_left(_half_reciprocal(q0), 1)


def _half_reciprocal(q0: Int64) -> Int64:
    """2 / (1 + x) for x in [0, 1) in Q0.31, as Q2.29, by Newton-Raphson steps."""
    half_denominator = (q0 + INT32_MAX + 1) // 2  # the sum is not negative, so this rounds half up as gemmlowp does
    x = Q2_48_OVER_17 + _mul(half_denominator, Q2_MINUS_32_OVER_17)
    for _ in range(NEWTON_STEPS):
        error = 2**29 - _mul(half_denominator, x)
        x = x + saturating_shift_left(_mul(x, error), 2)
    return x


def reciprocal(x: Int64, integer_bits: int = 12) -> tuple[Int64, Int64]:
    """1 / x of a positive value with so many integer bits, Q12.19 where nothing else is said.

    Returns:
        The mantissa in Q0.31, and the bits it must be shifted right by to be 1 / x.
    """
    leading_zeros = 31 - np.floor(np.log2(x.astype(np.float64))).astype(np.int64)
    mantissa = one_over_one_plus((x << leading_zeros) - 2**31)
    return mantissa, integer_bits - leading_zeros
