/* tinyq runtime: positive numbers with a mantissa of 64 bits, computed with integers: on every processor alike.
 *
 * tinyq_float.h rounds them to float32.
 */
#ifndef TINYQ_WIDE_H
#define TINYQ_WIDE_H

#include "tinyq_runtime.h"

/* The positive number mantissa * 2^(exponent - 63); the mantissa's upper bit is set. */
typedef struct {
    uint64_t mantissa;
    int32_t exponent;
} tinyq_wide;

#define TINYQ_ONE UINT64_C(0x8000000000000000) /* 1 in Q1.63 */
#define TINYQ_LN_2 UINT64_C(0xB17217F7D1CF79AC) /* log(2) in Q0.64 */
#define TINYQ_ONE_BY_LN_2 UINT64_C(0xB8AA3B295C17F0BB) /* 1 / log(2) in Q1.63 */
#define TINYQ_ONE_BY_LN_2_LOW UINT64_C(0xBE87FED0691D3E88) /* its next 64 bits */

static inline uint32_t tinyq_float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float tinyq_float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The upper 64 bits of a product. */
static inline uint64_t tinyq_high_mul64(uint64_t a, uint64_t b)
{
    const uint64_t a0 = a & UINT32_MAX, a1 = a >> 32, b0 = b & UINT32_MAX, b1 = b >> 32;
    const uint64_t middle = a1 * b0 + ((a0 * b0) >> 32);
    const uint64_t other = a0 * b1 + (middle & UINT32_MAX);
    return a1 * b1 + (middle >> 32) + (other >> 32);
}

/* x / 2^shift, for any shift from 0 on. */
static inline uint64_t tinyq_shifted_right(uint64_t x, int32_t shift)
{
    return shift > 63 ? 0 : x >> shift;
}

/* mantissa * 2^(exponent - 63), the mantissa being any but 0. */
static inline tinyq_wide tinyq_normalized(uint64_t mantissa, int32_t exponent)
{
    tinyq_wide x;
    while (mantissa < TINYQ_ONE) {
        mantissa <<= 1;
        --exponent;
    }
    x.mantissa = mantissa;
    x.exponent = exponent;
    return x;
}

/* The magnitude of a float32 that is neither 0 nor infinite. */
static inline tinyq_wide tinyq_widened(float x)
{
    const uint32_t bits = tinyq_float_bits(x);
    const int32_t exponent = (int32_t)((bits >> 23) & 0xFFu);
    const uint64_t fraction = bits & UINT32_C(0x7FFFFF);
    return exponent == 0 ? tinyq_normalized(fraction << 41, -127)
                         : tinyq_normalized((fraction | UINT32_C(0x800000)) << 40, exponent - 127);
}

/* The nearest float32, ties to even, with the sign bit `sign`; below 2^-126 fewer bits are left. */
static inline float tinyq_narrowed(tinyq_wide x, uint32_t sign)
{
    const int32_t dropped = x.exponent < -126 ? -86 - x.exponent : 40;
    if (dropped > 64) {
        return tinyq_float_of_bits(sign);
    }
    if (x.exponent > 127) {
        return tinyq_float_of_bits(sign | UINT32_C(0x7F800000));
    }
    uint32_t kept = (uint32_t)tinyq_shifted_right(x.mantissa, dropped);
    const uint64_t rest = x.mantissa << (64 - dropped);
    kept += rest > TINYQ_ONE || (rest == TINYQ_ONE && (kept & 1u) != 0u) ? 1u : 0u;
    return tinyq_float_of_bits(sign | ((x.exponent < -126 ? 0u : (uint32_t)(x.exponent + 126) << 23) + kept));
}

static inline tinyq_wide tinyq_wide_product(tinyq_wide a, uint64_t factor)
{
    return tinyq_normalized(tinyq_high_mul64(a.mantissa, factor), a.exponent + 1); /* `factor` in Q1.63 */
}

/* a + b, or a - b of a larger a. */
static inline tinyq_wide tinyq_wide_sum(tinyq_wide a, tinyq_wide b, int32_t subtract)
{
    const int32_t a_is_larger = a.exponent >= b.exponent;
    const tinyq_wide large = a_is_larger ? a : b, small = a_is_larger ? b : a;
    const uint64_t aligned = tinyq_shifted_right(small.mantissa, large.exponent - small.exponent + 1);
    const uint64_t half = large.mantissa >> 1;
    return tinyq_normalized(subtract ? half - aligned : half + aligned, large.exponent + 1);
}

/* a / b: each Newton-Raphson step x += x * (1 - b x) doubles the bits that are right, of which the line has 4. */
static inline tinyq_wide tinyq_wide_quotient(tinyq_wide a, tinyq_wide b)
{
    /* 48/17 - 32/17 d for d in [1/2, 1) is within 1/17 of 1 / d; Q2.62 */
    uint64_t inverse = UINT64_C(0xB4B4B4B4B4B4B4B4) - tinyq_high_mul64(b.mantissa, UINT64_C(0x7878787878787878));
    for (int32_t step = 0; step < 4; ++step) {
        const uint64_t product = tinyq_high_mul64(b.mantissa, inverse); /* near 1, in Q2.62 */
        const uint64_t error = (UINT64_C(1) << 62) - product;
        inverse = (error >> 63) != 0u ? inverse - (tinyq_high_mul64(inverse, 0u - error) << 2)
                                      : inverse + (tinyq_high_mul64(inverse, error) << 2);
    }
    return tinyq_normalized(tinyq_high_mul64(a.mantissa, inverse), a.exponent - b.exponent + 1);
}

static const uint64_t tinyq_inverse_factorials[14] = { /* 1 / n! in Q1.63 */
    TINYQ_ONE, TINYQ_ONE, TINYQ_ONE / 2u, TINYQ_ONE / 6u, TINYQ_ONE / 24u, TINYQ_ONE / 120u, TINYQ_ONE / 720u,
    TINYQ_ONE / 5040u, TINYQ_ONE / 40320u, TINYQ_ONE / 362880u, TINYQ_ONE / 3628800u, TINYQ_ONE / 39916800u,
    TINYQ_ONE / 479001600u, TINYQ_ONE / UINT64_C(6227020800),
};
static const uint64_t tinyq_powers_of_two[8] = { /* 2^(n / 8) in Q1.63 */
    TINYQ_ONE, UINT64_C(0x8B95C1E3EA8BD6E7), UINT64_C(0x9837F0518DB8A96F), UINT64_C(0xA5FED6A9B15138EA),
    UINT64_C(0xB504F333F9DE6484), UINT64_C(0xC5672A115506DADD), UINT64_C(0xD744FCCAD69D6AF4), UINT64_C(0xEAC0C6E7DD24392F),
};

/* exp(x) for |x| from 2^-27 to 127: |x| / log(2) in 128 bits gives the power of two, and with a table and a series the
 * rest of it. */
static inline tinyq_wide tinyq_wide_exp(float x)
{
    const tinyq_wide magnitude = tinyq_widened(x);
    const uint64_t product = magnitude.mantissa * TINYQ_ONE_BY_LN_2;
    const uint64_t low = product + tinyq_high_mul64(magnitude.mantissa, TINYQ_ONE_BY_LN_2_LOW);
    const uint64_t high = tinyq_high_mul64(magnitude.mantissa, TINYQ_ONE_BY_LN_2) + (low < product ? 1u : 0u);
    const int32_t left = magnitude.exponent + 2; /* shifts the fraction's first bit to the top */
    int32_t power = left > 0 ? (int32_t)(high >> (64 - left)) : 0;
    uint64_t fraction = left > 0 ? (high << left) | (low >> (64 - left)) : tinyq_shifted_right(high, -left);
    if (x < 0.0f) {
        power = fraction == 0u ? -power : -power - 1;
        fraction = 0u - fraction;
    }
    const uint64_t r = tinyq_high_mul64(fraction & (UINT64_MAX >> 3), TINYQ_LN_2);
    uint64_t sum = tinyq_inverse_factorials[11];
    for (int32_t n = 10; n >= 0; --n) {
        sum = tinyq_inverse_factorials[n] + tinyq_high_mul64(sum, r);
    }
    tinyq_wide result;
    result.mantissa = tinyq_powers_of_two[fraction >> 61];
    result.exponent = power;
    return tinyq_wide_product(result, sum);
}

/* |exp(x) - 1| for |x| from 2^-63 to 127. */
static inline tinyq_wide tinyq_wide_exp_minus_one(float x)
{
    const tinyq_wide one = {TINYQ_ONE, 0};
    if (x >= 0.125f || x <= -0.125f) {
        return x < 0.0f ? tinyq_wide_sum(one, tinyq_wide_exp(x), 1) : tinyq_wide_sum(tinyq_wide_exp(x), one, 1);
    }
    const tinyq_wide magnitude = tinyq_widened(x);
    const uint64_t r = tinyq_shifted_right(magnitude.mantissa, -1 - magnitude.exponent);
    uint64_t sum = tinyq_inverse_factorials[13];
    for (int32_t n = 12; n >= 1; --n) {
        const uint64_t product = tinyq_high_mul64(sum, r);
        sum = tinyq_inverse_factorials[n] + (x < 0.0f ? 0u - product : product);
    }
    return tinyq_wide_product(magnitude, sum);
}

#endif
