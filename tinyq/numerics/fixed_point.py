"""Fixed-point arithmetic of the `tflm` profile: the NumPy twin of firmware_templates/runtime/tinyq_fixed_point.h.

Every function takes and returns int64 arrays that hold int32 values, so that intermediate products are exact.
Sources: gemmlowp fixedpoint/fixedpoint.h and TFLite kernels/internal/{common.h,quantization_util.cc}, double rounding;
kernels/kernel_util.cc.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]

INT32_MIN = -(2**31)
INT32_MAX = 2**31 - 1
NEAR_POWER = 1e-3  # of the binary logarithm of a scale: what counts as a power of two


def quantize_multiplier(real: float) -> tuple[int, int]:
    """`(multiplier, shift)` with `real ~ multiplier * 2**(shift - 31)` (TFLite QuantizeMultiplier).

    Args:
        real: not negative.

    Returns:
        An int32 multiplier in [2**30, 2**31) and its shift, which is at least -31, and at most 31 for a `real` below
        2**31; (0, 0) where `real` is 0 or below 2**-32.
    """
    if real == 0.0:
        return 0, 0
    fraction, shift = math.frexp(real)
    multiplier = math.floor(fraction * 2.0**31 + 0.5)
    if multiplier == 2**31:
        multiplier, shift = 2**30, shift + 1
    return (multiplier, shift) if shift >= -31 else (0, 0)


def power_of_two(scale: float) -> int | None:
    """The exponent of the power of two that a positive `scale` counts as, if it is one (TFLite CheckedLog2)."""
    exponent = math.log2(scale)
    return round(exponent) if abs(exponent - round(exponent)) < NEAR_POWER else None


def wrap_int32(x: Any) -> Int64:  # noqa: ANN401  anything that np.asarray takes
    """`x` modulo 2**32, as a signed value: what a 32-bit register keeps."""
    wrapped: Int64 = (np.asarray(x, np.int64) - INT32_MIN) % 2**32 + INT32_MIN
    return wrapped


def saturating_rounding_doubling_high_mul(a: Any, b: Any) -> Int64:  # noqa: ANN401  scalars and arrays alike
    """`round(a * b / 2**31)`, ties towards plus infinity, saturated (gemmlowp, Arm VQRDMULH)."""
    product = np.asarray(a, np.int64) * np.asarray(b, np.int64)
    # 2**62 is the one product that overflows: both factors are INT32_MIN.
    high: Int64 = np.minimum((product + 2**30) >> 31, INT32_MAX)
    return high


def rounding_divide_by_pot(x: Any, exponent: Any) -> Int64:  # noqa: ANN401  scalars and arrays alike
    """`round(x / 2**exponent)`, ties away from zero (gemmlowp RoundingDivideByPOT)."""
    x, exponent = np.asarray(x, np.int64), np.asarray(exponent, np.int64)
    mask = (np.int64(1) << exponent) - 1
    threshold = (mask >> 1) + (x < 0)
    rounded: Int64 = (x >> exponent) + ((x & mask) > threshold)
    return rounded


def multiply_by_quantized_multiplier(x: Any, multiplier: Any, shift: Any) -> Int64:  # noqa: ANN401  as above
    """`x * multiplier * 2**(shift - 31)` with two roundings (TFLite MultiplyByQuantizedMultiplier).

    The left shift of a positive `shift` wraps at 32 bits, as it does in the oracle.
    """
    high, right = _high_product(x, multiplier, shift)
    return rounding_divide_by_pot(high, right)


def multiply_upwards(x: Any, multiplier: Any, shift: Any) -> Int64:  # noqa: ANN401  as above
    """As `multiply_by_quantized_multiplier`, with ties upwards in both roundings.

    Sources: ruy/apply_multiplier.cc; TFLite kernels/internal/optimized/avx2_quantization_utils.h.
    """
    high, right = _high_product(x, multiplier, shift)
    scaled: Int64 = (high + ((np.int64(1) << right) >> 1)) >> right
    return scaled


def _high_product(x: Any, multiplier: Any, shift: Any) -> tuple[Int64, Int64]:  # noqa: ANN401  as above
    """`x * multiplier * 2**(left shift - 31)`, rounded, and the right shift that remains."""
    shift = np.asarray(shift, np.int64)
    shifted = wrap_int32(np.asarray(x, np.int64) << np.maximum(shift, 0))
    return saturating_rounding_doubling_high_mul(shifted, multiplier), np.maximum(-shift, 0)


def left_shift_wraps(x: Any, shift: Any) -> NDArray[np.bool_]:  # noqa: ANN401  as above
    """Where the left shift in `multiply_by_quantized_multiplier` leaves int32; elsewhere it never falls as x rises."""
    shifted = np.asarray(x, np.int64) << np.maximum(np.asarray(shift, np.int64), 0)
    wraps: NDArray[np.bool_] = (shifted < INT32_MIN) | (shifted > INT32_MAX)
    return wraps


def saturating_shift_left(x: Any, exponent: int) -> Int64:  # noqa: ANN401  as above
    """`x * 2**exponent`, saturated to int32 (gemmlowp SaturatingRoundingMultiplyByPOT, positive exponent)."""
    shifted: Int64 = np.clip(np.asarray(x, np.int64) << exponent, INT32_MIN, INT32_MAX)
    return shifted


def reduced_multiplier(multiplier: Any) -> Int64:  # noqa: ANN401  as above
    """The upper 16 bits of an int32 multiplier, rounded, at most 2**15 - 1: what sums of 64 bits are multiplied by.

    Source: TFLite kernels/internal/common.cc, MultiplyByQuantizedMultiplier of an int64.
    """
    reduced: Int64 = np.minimum((np.asarray(multiplier, np.int64) + 2**15) >> 16, 2**15 - 1)
    return reduced


def scale_wide(x: Any, reduced: Any, right_shift: Any) -> Int64:  # noqa: ANN401  as above
    """`round(x * reduced / 2**right_shift)`, ties towards plus infinity, of which 32 bits are kept (TFLite, as above).

    Args:
        x: below 2**47 in magnitude, so that the product stays within 64 bits.
        reduced: of `reduced_multiplier`; with `multiplier` and `shift` it stands for, `right_shift` is 15 - shift.
        right_shift: 1 to 46.
    """
    return wrap_int32(unwrapped_scale_wide(x, reduced, right_shift))


def unwrapped_scale_wide(x: Any, reduced: Any, right_shift: Any) -> Int64:  # noqa: ANN401  as above
    """As `scale_wide` before the oracle keeps 32 bits of it."""
    right_shift = np.asarray(right_shift, np.int64)
    product = np.asarray(x, np.int64) * np.asarray(reduced, np.int64)
    scaled: Int64 = (product + (np.int64(1) << (right_shift - 1))) >> right_shift
    return scaled
