/* tinyq runtime: the logistic function and tanh in words of 16 bits, for the profile xnnpack.
 *
 * The arithmetic is gemmlowp's of int16 numbers. Its NumPy twin, tinyq/numerics/exponential16.py, says how.
 */
#ifndef TINYQ_EXPONENTIAL16_H
#define TINYQ_EXPONENTIAL16_H

#include "tinyq_runtime.h"

/* round(a * b / 2^15), ties upwards, of int16 numbers that are never both INT16_MIN. */
static inline int32_t tinyq_mul_q15(int32_t a, int32_t b)
{
    return (a * b + (1 << 14)) >> 15;
}

/* exp(x) of an int16 x <= 0 with 1 to 7 integer bits, in Q0.15. */
static inline int32_t tinyq_exp_q15(int32_t x, int32_t integer_bits)
{
    static const int16_t powers[] = {25520, 19875, 12055, 4435, 600, 11, 0}; /* exp(-1/4), exp(-1/2), ... exp(-16) */
    if (x == 0) {
        return INT16_MAX;
    }
    if (integer_bits > 5 && x < -(1 << (20 - integer_bits))) {
        return 0;
    }
    const int32_t quarter = 1 << (13 - integer_bits);
    const int32_t below_quarter = (x & (quarter - 1)) - quarter;
    const int32_t d = below_quarter * (1 << integer_bits) + (1 << 12); /* from -1/8 */
    const int32_t d2 = tinyq_mul_q15(d, d);
    const int32_t d4_over_4 = tinyq_divide_by_power_of_two(tinyq_mul_q15(d2, d2), 2);
    const int32_t series = tinyq_divide_by_power_of_two(tinyq_mul_q15(d4_over_4 + tinyq_mul_q15(d2, d), 10923) + d2, 1);
    const int32_t near_one = 28918 + tinyq_mul_q15(28918, d + series);
    int32_t result = near_one > INT16_MAX ? INT16_MAX : near_one;
    for (int32_t bit = 0; bit < (integer_bits > 5 ? 7 : integer_bits + 2); ++bit) {
        if (((below_quarter - x) >> (13 - integer_bits + bit)) & 1) {
            result = tinyq_mul_q15(result, powers[bit]);
        }
    }
    return result;
}

/* 2 / (1 + x) of x from 0 to 1 in Q0.15, as Q2.13: three Newton-Raphson steps. */
static inline int32_t tinyq_half_reciprocal_q15(int32_t x)
{
    const int32_t half_denominator = (x + (1 << 15)) >> 1;
    int32_t estimate = 23130 + tinyq_mul_q15(half_denominator, -15420); /* 48/17 - 32/17 d, Q2.13 */
    for (int32_t step = 0; step < 3; ++step) {
        const int32_t error = (1 << 13) - tinyq_mul_q15(half_denominator, estimate);
        estimate += tinyq_clamp(tinyq_mul_q15(estimate, error) * 4, INT16_MIN, INT16_MAX);
    }
    return estimate;
}

/* Logistic function in Q0.15 of an int16 with 1 to 6 integer bits. */
static inline int16_t tinyq_logistic_q15(int32_t x, int32_t integer_bits)
{
    const int32_t half_reciprocal = tinyq_half_reciprocal_q15(tinyq_exp_q15(x < 0 ? x : -x, integer_bits));
    const int32_t positive = tinyq_clamp(half_reciprocal * 2, INT16_MIN, INT16_MAX);
    return (int16_t)(x == 0 ? 1 << 14 : x > 0 ? positive : INT16_MAX - positive);
}

/* tanh in Q0.15 of an int16 with 0 to 6 integer bits. */
static inline int16_t tinyq_tanh_q15(int32_t x, int32_t integer_bits)
{
    const int32_t half_reciprocal = tinyq_half_reciprocal_q15(tinyq_exp_q15(x < 0 ? x : -x, integer_bits + 1));
    const int32_t magnitude = tinyq_clamp((half_reciprocal - (1 << 13)) * 4, INT16_MIN, INT16_MAX);
    return (int16_t)(x == 0 ? 0 : x < 0 ? -magnitude : magnitude);
}

#endif
