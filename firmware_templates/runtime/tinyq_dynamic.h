/* tinyq runtime: float32 to int8 with the range that the numbers have. Header only, no state, C99 and C++.
 *
 * Its NumPy twin is tinyq/numerics/dynamic.py, which names the source. A double appears once for each tensor.
 */
#ifndef TINYQ_DYNAMIC_H
#define TINYQ_DYNAMIC_H

#include "tinyq_runtime.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

/* real = scale * (q - zero_point) */
typedef struct {
    float scale;
    int32_t zero_point;
} tinyq_affine;

typedef struct {
    float low, high;
} tinyq_range;

/* The least and the greatest of the numbers and 0; what is no number does not count. */
static inline tinyq_range tinyq_range_of(const tinyq_float *x, int32_t count)
{
    tinyq_range range = {0.0f, 0.0f};
    for (int32_t i = 0; i < count; ++i) {
        const float number = x[i];
        range.low = number < range.low ? number : range.low;
        range.high = number > range.high ? number : range.high;
    }
    return range;
}

static inline float tinyq_finite(float width)
{
    return width > 3.4028235e+38f ? 3.4028235e+38f : width;
}

static inline tinyq_affine tinyq_quantize(const tinyq_float *x, int32_t count, int8_t *q)
{
    const tinyq_range range = tinyq_range_of(x, count);
    const float width = tinyq_finite(range.high - range.low);
    tinyq_affine found = {1.0f, 0};
    if (width != 0.0f) {
        const double scale = (double)width / 255.0;
        const double below = (double)range.low / scale, above = (double)range.high / scale;
        found.scale = (float)scale;
        found.zero_point = tinyq_round_and_clamp_double(128.0 - below < 127.0 + above ? -128.0 - below : 127.0 - above, -128, 127);
    }
    const float inverse = 1.0f / found.scale;
    for (int32_t i = 0; i < count; ++i) {
        const int32_t steps = tinyq_round_and_clamp(x[i] * inverse, -128 - found.zero_point, 127 - found.zero_point);
        q[i] = (int8_t)(steps + found.zero_point);
    }
    return found;
}

/* The same with the zero point 0: both ends of the range are as far from 0 as the farther one. */
static inline tinyq_affine tinyq_quantize_symmetric(const tinyq_float *x, int32_t count, int8_t *q)
{
    const tinyq_range range = tinyq_range_of(x, count);
    const float size = tinyq_finite(-range.low > range.high ? -range.low : range.high);
    const tinyq_affine found = {size != 0.0f ? size / 127.0f : 1.0f, 0};
    const float inverse = size != 0.0f ? 127.0f / size : 1.0f;
    for (int32_t i = 0; i < count; ++i) {
        q[i] = (int8_t)tinyq_round_and_clamp(x[i] * inverse, -127, 127);
    }
    return found;
}

#endif
