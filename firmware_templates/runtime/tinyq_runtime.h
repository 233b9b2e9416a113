/* tinyq runtime: the few functions that every kernel shares. Header only, no state, C99 and C++.
 *
 * The arithmetic is that of TensorFlow Lite Micro: gemmlowp's fixed point with two roundings.
 * Its NumPy twin is tinyq/numerics/fixed_point.py.
 */
#ifndef TINYQ_RUNTIME_H
#define TINYQ_RUNTIME_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define TINYQ_ALIGNED(bytes) __attribute__((aligned(bytes)))
#define TINYQ_NOINLINE __attribute__((noinline))
#define TINYQ_MAY_ALIAS __attribute__((may_alias))
#else
#error "tinyq needs gcc or clang: tell it here how your compiler aligns an object"
#endif

/* Numbers in the arena, which is declared as bytes: these types may read what was written as another one. */
typedef int16_t TINYQ_MAY_ALIAS tinyq_int16;
typedef uint16_t TINYQ_MAY_ALIAS tinyq_uint16;
typedef int32_t TINYQ_MAY_ALIAS tinyq_int32;
typedef uint32_t TINYQ_MAY_ALIAS tinyq_uint32;
typedef uint32_t TINYQ_MAY_ALIAS TINYQ_ALIGNED(1) tinyq_unaligned_uint32; /* at any address */
typedef float TINYQ_MAY_ALIAS tinyq_float;

/* A right shift of a negative number keeps its sign with every compiler for these cores; C99 leaves it open. */
typedef char tinyq_right_shift_keeps_the_sign[(-1 >> 1) == -1 ? 1 : -1];

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

/* 1 / d of a number d from 1/2 to 1 in Q0.31, as Q2.29: three Newton-Raphson steps, as gemmlowp does them. */
static inline int32_t tinyq_inverse(int32_t d)
{
    int32_t estimate = 1515870810 + tinyq_doubling_high_mul(d, -1010580540); /* 48/17 - 32/17 d, Q2.29 */
    for (int32_t step = 0; step < 3; ++step) {
        const int32_t error = (1 << 29) - tinyq_doubling_high_mul(d, estimate);
        estimate += tinyq_saturating_shift_left(tinyq_doubling_high_mul(estimate, error), 2);
    }
    return estimate;
}

/* 1 / x of a positive Q12.19 number: the mantissa in Q0.31, and in `bits` the right shift that makes it an 8-bit
 * probability. */
static inline int32_t tinyq_reciprocal(int32_t x, int32_t *bits)
{
    const int32_t leading_zeros = tinyq_headroom(x) + 1;
    *bits = 12 - leading_zeros + 31 - 8;
    /* (1 + fraction) / 2, rounded up, in Q0.31 */
    const int32_t half_denominator = (int32_t)((((uint32_t)x << leading_zeros) >> 1) + (((uint32_t)x << leading_zeros) & 1u));
    return tinyq_saturating_shift_left(tinyq_inverse(half_denominator), 1);
}

/* log(x) of a Q12.19 number from 1 upwards, as Q5.26. Its NumPy twin, tinyq/numerics/logarithm.py, says how. */
static inline int32_t tinyq_logarithm(int32_t x)
{
    const int32_t headroom = tinyq_headroom(x);
    const int32_t reduced = tinyq_saturating_shift_left(tinyq_doubling_high_mul(x << headroom, 1518500250), 1);
    const int32_t power = (11 - headroom) * (1 << 25) + (1 << 23);
    const int32_t other_headroom = tinyq_headroom(tinyq_doubling_high_mul(x, 1518500250));
    const int32_t other_reduced = tinyq_saturating_shift_left(x, other_headroom);
    const int32_t other_power = (12 - other_headroom) * (1 << 25) - (1 << 23);
    const int32_t r = reduced < other_reduced ? reduced : other_reduced;
    const int32_t p = (int32_t)(((uint32_t)r + UINT32_C(1805811301) + 1u) >> 1);
    const int32_t q = (r - 1805811301) * 2;
    const int32_t square = tinyq_doubling_high_mul(q, q);
    const int32_t numerator = tinyq_doubling_high_mul(q, r) + tinyq_doubling_high_mul(tinyq_doubling_high_mul(q, square), 117049297);
    const int32_t denominator_minus_one = tinyq_doubling_high_mul(p, 1057819769 + q + tinyq_doubling_high_mul(127690142, square)) + tinyq_doubling_high_mul(638450708, q);
    const int32_t half_denominator = (int32_t)(((uint32_t)denominator_minus_one + UINT32_C(0x80000000)) >> 1);
    const int32_t quotient = tinyq_saturating_shift_left(tinyq_inverse(half_denominator), 1);
    const int32_t fraction = tinyq_doubling_high_mul(tinyq_divide_by_power_of_two(numerator, 6), quotient);
    const int32_t whole = tinyq_doubling_high_mul(power > other_power ? power : other_power, 1488522236);
    return tinyq_saturating_shift_left(whole + fraction, 1);
}

/* 1 / sqrt(x) of a number from 1 to 2^29 - 1 as a multiplier, and in `shift` the shift that belongs to it. Its NumPy
 * twin is tinyq/numerics/inverse_square_root.py. */
static inline int32_t tinyq_inverse_square_root(int32_t x, int32_t *shift)
{
    if (x == 1) {
        *shift = 0;
        return INT32_MAX;
    }
    const int32_t pairs = tinyq_headroom(x) / 2 - 1;
    const int32_t half = tinyq_divide_by_power_of_two((x << (2 * pairs)) >> 1, 1);
    int32_t root = 1 << 28; /* Q3.28 */
    for (int32_t step = 0; step < 5; ++step) {
        const int32_t square = tinyq_doubling_high_mul(root, root);
        const int32_t cube = tinyq_saturating_shift_left(tinyq_doubling_high_mul(square, root), 6);
        root = tinyq_saturating_shift_left(tinyq_doubling_high_mul(3 << 27, root) - tinyq_doubling_high_mul(half, cube), 3);
    }
    *shift = pairs < 11 ? pairs - 11 : 0;
    return tinyq_doubling_high_mul(root, 1518500250) << (pairs > 11 ? pairs - 11 : 0);
}

/* table[magnitude / 2^bits] * 2^bits, by straight lines between the table's 256 entries. */
static inline int32_t tinyq_interpolate(const uint16_t *table, uint32_t magnitude, uint32_t bits)
{
    const uint32_t low = table[magnitude >> bits], high = table[(magnitude >> bits) + 1u];
    return (int32_t)((low << bits) + (magnitude & ((UINT32_C(1) << bits) - 1u)) * (high - low));
}

/* A function of int16 numbers by straight lines between the 513 answers in `table`, 128 numbers apart. The rise of a
 * line, and an answer, wrap around at 16 bits, as in the oracle. */
static inline int16_t tinyq_interpolate16(const int16_t *table, int32_t x)
{
    const int32_t line = (x >> 7) + 256;
    const int32_t slope = (int16_t)(table[line + 1] - table[line]);
    return (int16_t)(table[line] + ((slope * (x & 127) + 64) >> 7));
}

/* Logistic function in Q0.15 of x in thirds of 2^-12. The table holds it for 0, 1/24, 2/24, ... in Q0.16. */
static inline int16_t tinyq_logistic16(const uint16_t *table, int32_t x)
{
    const uint32_t magnitude = x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
    const int32_t value = magnitude >> 9 >= 255u ? 0x7FFF << 10 : tinyq_interpolate(table, magnitude, 9u);
    return (int16_t)((x < 0 ? (1 << 25) - value - 1 + (1 << 9) : value + (1 << 9)) >> 10);
}

/* tanh in Q0.15 of x in thirds of 2^-12, as 2 * logistic(2 * x) - 1, with the same table. */
static inline int16_t tinyq_tanh16(const uint16_t *table, int32_t x)
{
    const uint32_t magnitude = x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
    const int32_t value = magnitude >> 8 >= 255u ? 0xFFFF << 8 : tinyq_interpolate(table, magnitude, 8u);
    return (int16_t)((x < 0 ? (1 << 23) - value - 1 + (1 << 7) : value - (1 << 23) + (1 << 7)) >> 8);
}

/* x rounded half away from zero, within [low, high]; not a number counts as low. */
static inline int32_t tinyq_round_and_clamp(float x, int32_t low, int32_t high)
{
    if (!(x > (float)low)) {
        return low;
    }
    if (x >= (float)high) {
        return high;
    }
    const int32_t whole = (int32_t)x;
    const float rest = x - (float)whole;
    return whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
}

static inline float tinyq_clamp_float(float x, float low, float high)
{
    return !(x > low) ? low : x > high ? high : x; /* not a number becomes low */
}

/* The nearest integer, ties to even, of |x| up to 2^22: 1.5 * 2^23 pushes the fraction out of the mantissa. */
static inline int32_t tinyq_round_to_even(float x)
{
    const float shifted = x + 12582912.0f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return bits - 0x4B400000;
}

/* x * scale, clamped to [low, high] and rounded to the nearest integer, ties to even: the arithmetic of XNNPACK. */
static inline int32_t tinyq_scale_in_float(int32_t x, float scale, float low, float high)
{
    return tinyq_round_to_even(tinyq_clamp_float((float)x * scale, low, high));
}

/* As tinyq_round_and_clamp. */
static inline int32_t tinyq_round_and_clamp_double(double x, int32_t low, int32_t high)
{
    if (!(x > (double)low)) {
        return low;
    }
    if (x >= (double)high) {
        return high;
    }
    const int32_t whole = (int32_t)x;
    const double rest = x - (double)whole;
    return whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0);
}

/* x * scale, clamped to [low, high] and rounded to the nearest integer, ties away from zero: TensorFlow Lite's dense
   layers of int16 with a bias of 64 bits. */
static inline int32_t tinyq_scale_in_double(int64_t x, double scale, int32_t low, int32_t high)
{
    return tinyq_round_and_clamp_double((double)x * scale, low, high);
}

#endif
