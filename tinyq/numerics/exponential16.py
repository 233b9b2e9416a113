"""The logistic function and tanh of int16 numbers, as gemmlowp computes them in words of 16 bits.

The polynomials and constants are those of `exponential`, each rounded to 16 bits: Q0.15 where it has Q0.31, Q2.13 where
it has Q2.29. Source: gemmlowp fixedpoint/fixedpoint.h, of FixedPoint<int16_t, n>; TFLite kernels/internal/
portable_tensor_utils.cc, PortableApplySigmoid and PortableApplyTanhImpl; optimized/optimized_ops.h, Logistic and Tanh.
"""

from typing import Any

import numpy as np

from tinyq.numerics.exponential import (
    EXP_MINUS_ONE_EIGHTH,
    EXP_MINUS_POWERS,
    NEWTON_STEPS,
    ONE_THIRD,
    Q2_48_OVER_17,
    Q2_MINUS_32_OVER_17,
)
from tinyq.numerics.fixed_point import Int64, rounding_divide_by_pot

ONE = 2**15 - 1  # the nearest that Q0.15 has
INTEGER_BITS = 3  # of Q3.12


def logistic_q15(x: Any, integer_bits: int = INTEGER_BITS) -> Int64:  # noqa: ANN401  scalars and arrays alike
    """1 / (1 + exp(-x)) of numbers with 1 to 6 integer bits, as Q0.15."""
    raw = np.asarray(x, np.int64)
    positive = _saturated(_half_reciprocal(_exp_on_negative_values(-np.abs(raw), integer_bits)) << 1)
    result: Int64 = np.where(raw == 0, 2**14, np.where(raw > 0, positive, ONE - positive))
    return result


def tanh_q15(x: Any, integer_bits: int = INTEGER_BITS) -> Int64:  # noqa: ANN401  as above
    """Hyperbolic tangent of numbers with 0 to 6 integer bits, as Q0.15: (1 - e) / (1 + e) with e = exp(-2 |x|)."""
    raw = np.asarray(x, np.int64)
    doubled = _exp_on_negative_values(-np.abs(raw), integer_bits + 1)
    magnitude = _saturated((_half_reciprocal(doubled) - 2**13) << 2)
    result: Int64 = np.sign(raw) * magnitude
    return result


def _constant(q31: int) -> int:
    """A constant of 32 bits in 16."""
    return int(rounding_divide_by_pot(q31, 16))


def _saturated(x: Any) -> Int64:  # noqa: ANN401  as above
    """Within int16."""
    result: Int64 = np.clip(x, -(2**15), 2**15 - 1)
    return result


def _mul(a: Any, b: Any) -> Int64:  # noqa: ANN401  as above
    """`round(a * b / 2**15)`, ties towards plus infinity; no two factors here are both the least int16."""
    product: Int64 = (np.asarray(a, np.int64) * b + 2**14) >> 15
    return product


def _exp_between_minus_one_quarter_and_zero(q0: Int64) -> Int64:
    """Taylor expansion of exp around -1/8; Q0.15 in and out."""
    x = q0 + 2**12
    x2 = _mul(x, x)
    x4_over_4 = rounding_divide_by_pot(_mul(x2, x2), 2)
    series = rounding_divide_by_pot(_mul(x4_over_4 + _mul(x2, x), _constant(ONE_THIRD)) + x2, 1)
    constant = _constant(EXP_MINUS_ONE_EIGHTH)
    return _saturated(constant + _mul(constant, x + series))


def _exp_on_negative_values(raw: Int64, integer_bits: int) -> Int64:
    """exp(x) for x <= 0 with 1 to 7 integer bits, as Q0.15; 0 below -32."""
    position_of_quarter = 15 - integer_bits - 2
    quarter = 2**position_of_quarter
    below_quarter = (raw & (quarter - 1)) - quarter
    result = _exp_between_minus_one_quarter_and_zero(below_quarter << integer_bits)
    remainder = below_quarter - raw
    for position, factor in enumerate(EXP_MINUS_POWERS[: integer_bits + 2], start=position_of_quarter):
        result = np.where((remainder >> position) & 1, _mul(result, _constant(factor)), result)
    if integer_bits > 5:
        result = np.where(raw < -(2 ** (20 - integer_bits)), 0, result)
    return np.where(raw == 0, ONE, result)


def _half_reciprocal(q0: Int64) -> Int64:
    """2 / (1 + x) for x in [0, 1) in Q0.15, as Q2.13, by Newton-Raphson steps."""
    half_denominator = (q0 + ONE + 1) // 2  # not negative, so this rounds half up as gemmlowp does
    x = _constant(Q2_48_OVER_17) + _mul(half_denominator, _constant(Q2_MINUS_32_OVER_17))
    for _ in range(NEWTON_STEPS):
        error = 2**13 - _mul(half_denominator, x)
        x = x + _saturated(_mul(x, error) << 2)
    return x
