/* tinyq runtime: functions of integers: reciprocal, logarithm, 1 / square root, and tables with straight lines between. */
#ifndef TINYQ_FUNCTIONS_H
#define TINYQ_FUNCTIONS_H

#include "tinyq_fixed_point.h"

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

#endif
