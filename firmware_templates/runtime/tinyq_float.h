/* tinyq runtime: elementary functions of float32, rounded to the nearest. Header only, no state, C99 and C++.
 *
 * They compute with 64-bit integers, on every processor alike: the result is known to some 60 bits before it is rounded,
 * so that it is the float32 next to the true one. Their NumPy twin is tinyq/numerics/real.py.
 */
#ifndef TINYQ_FLOAT_H
#define TINYQ_FLOAT_H

#include "tinyq_runtime.h"
#include "tinyq_wide.h"

/* A product that is fused with a sum rounds once less than the model says. Other compilers need -ffp-contract=off. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

/* Before a loop that must not be unrolled: with integer weights compilers make more code of it than the weights save. */
#if defined(__clang__)
#define TINYQ_ROLLED _Pragma("clang loop unroll(disable)")
#else
#define TINYQ_ROLLED
#endif

static inline float tinyq_magnitude(float x)
{
    return tinyq_float_of_bits(tinyq_float_bits(x) & UINT32_C(0x7FFFFFFF));
}

static inline float tinyq_with_sign_of(float magnitude, float x)
{
    return tinyq_float_of_bits(tinyq_float_bits(magnitude) | (tinyq_float_bits(x) & UINT32_C(0x80000000)));
}

static inline float tinyq_at_least(float x, float low)
{
    return x < low ? low : x;
}

static inline float tinyq_between(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

/* The largest integer not above x; from 2^23 on every float32 is an integer. */
static inline float tinyq_floor(float x)
{
    if (!(tinyq_magnitude(x) < 8388608.0f)) {
        return x;
    }
    const float whole = (float)(int32_t)x;
    return whole > x ? whole - 1.0f : tinyq_with_sign_of(tinyq_magnitude(whole), x);
}

/* The nearest integer, ties to even: 2^23 pushes the fraction out of the mantissa. */
static inline float tinyq_nearest(float x)
{
    const float magnitude = tinyq_magnitude(x);
    return magnitude < 8388608.0f ? tinyq_with_sign_of(magnitude + 8388608.0f - 8388608.0f, x) : x;
}

static inline float tinyq_exp(float x)
{
    if (!(tinyq_magnitude(x) < 127.0f)) {
        return x > 0.0f ? __builtin_inff() : x < 0.0f ? 0.0f : x;
    }
    return tinyq_magnitude(x) < 7.4505806e-9f ? 1.0f : tinyq_narrowed(tinyq_wide_exp(x), 0);
}

static inline float tinyq_exp_minus_one(float x)
{
    if (!(tinyq_magnitude(x) < 127.0f)) {
        return x > 0.0f ? __builtin_inff() : x < 0.0f ? -1.0f : x;
    }
    if (tinyq_magnitude(x) < 2.9802322e-8f) {
        return x; /* the rest is less than half a step */
    }
    return tinyq_narrowed(tinyq_wide_exp_minus_one(x), x < 0.0f ? UINT32_C(0x80000000) : 0u);
}

/* 1 / (1 + exp(-x)), of a negative x as exp(x) / (1 + exp(x)). */
static inline float tinyq_logistic(float x)
{
    const tinyq_wide one = {TINYQ_ONE, 0};
    if (!(tinyq_magnitude(x) < 127.0f)) {
        return x > 0.0f ? 1.0f : x < 0.0f ? 0.0f : x;
    }
    if (tinyq_magnitude(x) < 7.4505806e-9f) {
        return 0.5f;
    }
    if (tinyq_magnitude(x) < 2.4414063e-4f) { /* 1/2 + x/4 - x^3/48: the last part decides where the others are in the middle */
        const tinyq_wide half = {TINYQ_ONE, -1};
        tinyq_wide quarter = tinyq_widened(x);
        quarter.exponent -= 2;
        tinyq_wide sum = tinyq_wide_sum(half, quarter, x < 0.0f);
        sum.mantissa += x < 0.0f ? 1u : UINT64_MAX;
        return tinyq_narrowed(sum, 0);
    }
    const tinyq_wide power = tinyq_wide_exp(-tinyq_magnitude(x));
    return tinyq_narrowed(tinyq_wide_quotient(x < 0.0f ? power : one, tinyq_wide_sum(one, power, 0)), 0);
}

/* expm1(2 |x|) / (expm1(2 |x|) + 2), with the sign of x. */
static inline float tinyq_tanh(float x)
{
    const tinyq_wide two = {TINYQ_ONE, 1};
    if (!(tinyq_magnitude(x) < 10.0f)) {
        return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x;
    }
    if (tinyq_magnitude(x) < 1.2207031e-4f) {
        return x; /* x^3 / 3 is less than half a step */
    }
    const tinyq_wide grown = tinyq_wide_exp_minus_one(2.0f * tinyq_magnitude(x));
    return tinyq_narrowed(tinyq_wide_quotient(grown, tinyq_wide_sum(grown, two, 0)), x < 0.0f ? UINT32_C(0x80000000) : 0u);
}

static const uint64_t tinyq_inverse_odds[13] = { /* 1 / (2 n + 1) in Q1.63 */
    TINYQ_ONE, TINYQ_ONE / 3u, TINYQ_ONE / 5u, TINYQ_ONE / 7u, TINYQ_ONE / 9u, TINYQ_ONE / 11u, TINYQ_ONE / 13u,
    TINYQ_ONE / 15u, TINYQ_ONE / 17u, TINYQ_ONE / 19u, TINYQ_ONE / 21u, TINYQ_ONE / 23u, TINYQ_ONE / 25u,
};

/* |log(m)| of an m from sqrt(1/2) to sqrt(2) other than 1: 2 artanh((m - 1) / (m + 1)). */
static inline tinyq_wide tinyq_wide_log(tinyq_wide m)
{
    const tinyq_wide one = {TINYQ_ONE, 0};
    const tinyq_wide difference = m.exponent < 0 ? tinyq_wide_sum(one, m, 1) : tinyq_wide_sum(m, one, 1);
    const tinyq_wide s = tinyq_wide_quotient(difference, tinyq_wide_sum(m, one, 0));
    const uint64_t fixed = tinyq_shifted_right(s.mantissa, -1 - s.exponent), square = tinyq_high_mul64(fixed, fixed);
    uint64_t sum = 0;
    for (int32_t n = 12; n >= 0; --n) {
        sum = tinyq_inverse_odds[n] + tinyq_high_mul64(sum, square);
    }
    tinyq_wide result = tinyq_wide_product(s, sum);
    ++result.exponent;
    return result;
}

/* x = 2^power * m: log(x) = power * log(2) + log(m). */
static inline float tinyq_log(float x)
{
    if (!(x > 0.0f) || x > 3.4028235e38f) {
        return x == 0.0f ? -__builtin_inff() : x < 0.0f ? __builtin_nanf("") : x;
    }
    tinyq_wide m = tinyq_widened(x);
    const int32_t power = m.exponent + (m.mantissa > tinyq_powers_of_two[4] ? 1 : 0);
    m.exponent -= power;
    const int32_t below_one = m.exponent < 0, is_one = !below_one && m.mantissa == TINYQ_ONE;
    if (power == 0) {
        return is_one ? 0.0f : tinyq_narrowed(tinyq_wide_log(m), below_one ? UINT32_C(0x80000000) : 0u);
    }
    const int32_t negative = power < 0;
    tinyq_wide sum = tinyq_wide_product(tinyq_normalized((uint64_t)(negative ? -power : power), 63), TINYQ_LN_2);
    --sum.exponent; /* the factor was in Q0.64 */
    if (!is_one) {
        sum = tinyq_wide_sum(sum, tinyq_wide_log(m), below_one != negative);
    }
    return tinyq_narrowed(sum, negative ? UINT32_C(0x80000000) : 0u);
}

/* Digit by digit: 25 bits of the root, of which the last is for rounding. */
static inline float tinyq_square_root(float x)
{
    if (!(x > 0.0f) || x > 3.4028235e38f) {
        return x < 0.0f ? __builtin_nanf("") : x;
    }
    const tinyq_wide magnitude = tinyq_widened(x);
    const int32_t odd = magnitude.exponent & 1;
    uint64_t rest = magnitude.mantissa >> (15 - odd); /* 49 or 50 bits */
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 48; bit != 0u; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    /* A root is never in the middle of two float32: whatever is left decides. */
    return tinyq_narrowed(tinyq_normalized((root << 1) | (rest != 0u ? 1u : 0u), 63 - 25 + (magnitude.exponent - odd) / 2), 0);
}

#endif
