/* tinyq runtime: from floating-point numbers to integers, for layers whose scales or inputs are such. */
#ifndef TINYQ_ROUNDING_H
#define TINYQ_ROUNDING_H

#include <string.h>

#include "tinyq_types.h"

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
