/* tinyq runtime: fixed-point arithmetic, as in TensorFlow Lite Micro: gemmlowp's, with two roundings.
 *
 * Its NumPy twin is tinyq/numerics/fixed_point.py.
 */
#ifndef TINYQ_FIXED_POINT_H
#define TINYQ_FIXED_POINT_H

#include "tinyq_types.h"

static inline int32_t tinyq_clamp(int32_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* round(a * b / 2^31), ties upwards. a and b are never both INT32_MIN: multipliers are positive. */
static inline int32_t tinyq_doubling_high_mul(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* round(x / 2^exponent), ties away from zero; exponent is 0 to 31. */
static inline int32_t tinyq_divide_by_power_of_two(int32_t x, int32_t exponent)
{
    const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1u);
    const int32_t remainder = x & mask;
    const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/* x * multiplier * 2^(-31 - right_shift), for the usual multiplier below one. */
static inline int32_t tinyq_scale_down(int32_t x, int32_t multiplier, int32_t right_shift)
{
    return tinyq_divide_by_power_of_two(tinyq_doubling_high_mul(x, multiplier), right_shift);
}

/* x * multiplier * 2^(shift - 31), for any shift from -31 to 31; a left shift wraps at 32 bits. */
static inline int32_t tinyq_scale(int32_t x, int32_t multiplier, int32_t shift)
{
    const int32_t left = shift > 0 ? shift : 0;
    return tinyq_scale_down((int32_t)((uint32_t)x << left), multiplier, left - shift);
}

/* tinyq_scale with both of its roundings upwards where they lie between two integers. */
static inline int32_t tinyq_scale_upwards(int32_t x, int32_t multiplier, int32_t shift)
{
    const int32_t left = shift > 0 ? shift : 0, right = left - shift;
    const int64_t high = tinyq_doubling_high_mul((int32_t)((uint32_t)x << left), multiplier);
    return (int32_t)((high + (((int64_t)1 << right) >> 1)) >> right);
}

/* round(x * multiplier / 2^right_shift), ties upwards, for a sum of 64 bits, of magnitude below 2^47, and the upper 16
 * bits of a multiplier; right_shift is 1 to 46. Of what is no int32 the lower 32 bits stay, as in the oracle. */
static inline int32_t tinyq_scale_wide(int64_t x, int32_t multiplier, int32_t right_shift)
{
    return (int32_t)((x * multiplier + ((int64_t)1 << (right_shift - 1))) >> right_shift);
}

/* The same of a 32-bit sum and a right_shift of 16 + `beyond`, where beyond is 1 to 30: the product without its lowest
 * 16 bits, which can't matter to the rounding, is one instruction on many cores. */
static inline int32_t tinyq_scale_wide_down(int32_t x, int32_t multiplier, int32_t beyond)
{
    return ((int32_t)(((int64_t)x * multiplier) >> 16) + (int32_t)(UINT32_C(1) << (beyond - 1))) >> beyond;
}

/* tinyq_scale_down of an x from -2^30 to below 2^30, in fewer instructions: the product's upper half, rounded, is one of them on many cores. */
static inline int32_t tinyq_scale_small(int32_t x, int32_t multiplier, int32_t right_shift)
{
    const int32_t high = (int32_t)(((int64_t)(x * 2) * multiplier + ((int64_t)1 << 31)) >> 32);
    return right_shift == 0 ? high : (high + (1 << (right_shift - 1)) + (high >> 31)) >> right_shift;
}

/* Two numbers as the halves of a word, and one of them again. */
static inline int32_t tinyq_halves(int32_t low, int32_t high)
{
    return (int32_t)(((uint32_t)high << 16) | ((uint32_t)low & UINT32_C(0xffff)));
}

static inline int32_t tinyq_low_half(int32_t word)
{
    return (int16_t)((uint32_t)word & UINT32_C(0xffff));
}

/* Number `index` of int4 numbers, two a byte, the first in its low half. */
static inline int32_t tinyq_int4(const uint8_t *packed, int32_t index)
{
    return (int32_t)(((uint32_t)packed[index >> 1] >> (index & 1) * 4 & 15u) ^ 8u) - 8;
}

/* What SMMUL and SMMULR compute: the high word of the product, cut off or rounded. */
static inline int32_t tinyq_high_mul(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b) >> 32);
}

static inline int32_t tinyq_rounding_high_mul(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
}

/* tinyq_scale_down of half of `doubled`, plus a zero point: `offset` is (zero point << shift) + (1 << (shift - 1)), and
 * the shift is 1 to 23. tinyq/kernels/dsp/requantization.py has the proof. */
static inline int32_t tinyq_requantize(int32_t doubled, int32_t multiplier, int32_t offset, int32_t shift)
{
    return (offset + (doubled >> 31) + tinyq_rounding_high_mul(doubled, multiplier)) >> shift;
}

/* The same for a shift of any direction: to the right in bits 0 to 7, to the left in bits 8 to 15; bit 31 is set
 * unless the first is 0. */
static inline int32_t tinyq_requantize_mixed(int32_t doubled, int32_t multiplier, int32_t offset, int32_t shifts)
{
    const int32_t shifted = (int32_t)((uint32_t)doubled << ((shifts >> 8) & 0xff));
    const int32_t negative = shifts < 0 && shifted < 0 ? 1 : 0;
    return (offset - negative + tinyq_rounding_high_mul(shifted, multiplier)) >> (shifts & 0xff);
}

static inline int32_t tinyq_saturating_shift_left(int32_t x, int32_t exponent)
{
    return tinyq_clamp(x, INT32_MIN >> exponent, INT32_MAX >> exponent) == x ? x * (1 << exponent)
           : x < 0                                                            ? INT32_MIN
                                                                              : INT32_MAX;
}

/* By how many bits a positive number can be shifted to the left. */
static inline int32_t tinyq_headroom(int32_t x)
{
    int32_t bits = 0;
    while (((uint32_t)x << bits) < UINT32_C(0x40000000)) {
        ++bits;
    }
    return bits;
}

#endif
