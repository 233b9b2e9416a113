/* net: made by tinyq 0.1.0. 3,024 multiply-accumulates, 1,576 bytes of constants, 176 bytes of arena.
 *
 *    # layer                        operator             output              MACs  constants  arena
 *    0 conv                         CONV_2D              1x6x6x4            2,592        108      0
 *    1 dense                        FULLY_CONNECTED      1x3                  432        444    144
 *    2 softmax                      SOFTMAX              1x3                    0      1,024      0
 */
#include "net.h"

#include "tinyq_runtime.h"
#include "net_weights.h"

/* Called after each layer with each of its outputs; the host harness defines it to look at them. */
#ifndef TINYQ_AFTER_LAYER
#define TINYQ_AFTER_LAYER(number, output)
#endif

extern uint8_t net_arena[176];

/* The one RAM buffer: inputs, outputs and everything between them. */
uint8_t net_arena[176] TINYQ_ALIGNED(16);

/* 0: conv (CONV_2D), 2,592 multiply-accumulates.
 * Output 1x6x6x4, real = 0.100000001 * (q + 128). */
static TINYQ_NOINLINE void net_conv(const int8_t *input, int8_t *output, int8_t *scratch)
{
    for (int32_t y = 0; y < 6; ++y) {
        for (int32_t x = 0; x < 6; ++x) {
            /* The input pixels under the kernel, one after the other; outside the image lies the zero point. */
            int8_t *patch = scratch;
            for (int32_t kernel_row = 0; kernel_row < 3; ++kernel_row) {
                const int32_t row = y + kernel_row - 1;
                for (int32_t kernel_column = 0; kernel_column < 3; ++kernel_column) {
                    const int32_t column = x + kernel_column - 1;
                    if (row < 0 || row >= 6 || column < 0 || column >= 6) {
                        memset(patch, 7, 2);
                    } else {
                        memcpy(patch, &input[(row * 6 + column) * 2], 2);
                    }
                    patch += 2;
                }
            }
            const int8_t *const pixels = scratch;
            const int8_t *weight = net_conv_weights;
            for (int32_t channel = 0; channel < 4; ++channel) {
                int32_t sum = net_conv_bias[channel];
                for (int32_t i = 0; i < 18; ++i) {
                    sum += pixels[i] * weight[i];
                }
                weight += 18;
                *output++ = (int8_t)(tinyq_clamp(tinyq_scale_down(sum, net_conv_multipliers[channel], -net_conv_shifts[channel]), 0, 255) - 128);
            }
        }
    }
}

/* 1: dense (FULLY_CONNECTED), 432 multiply-accumulates.
 * Output 1x3, real = 0.0500000007 * (q - 3). */
static TINYQ_NOINLINE void net_dense(const int8_t *input, int8_t *output)
{
    const int8_t *weight = net_dense_weights;
    for (int32_t channel = 0; channel < 3; ++channel) {
        int32_t sum = net_dense_bias[channel];
        for (int32_t i = 0; i < 144; ++i) {
            sum += input[i] * weight[i];
        }
        weight += 144;
        *output++ = (int8_t)(tinyq_clamp(tinyq_scale_down(sum, 1099511680, 9), -131, 124) + 3);
    }
}

/* 2: softmax (SOFTMAX), 0 multiply-accumulates.
 * Output 1x3, real = 0.00390625 * (q + 128). */
static TINYQ_NOINLINE void net_softmax(const int8_t *input, int8_t *output)
{
    for (int32_t row = 0; row < 1; ++row, input += 3, output += 3) {
        int32_t largest = INT8_MIN;
        for (int32_t i = 0; i < 3; ++i) {
            largest = input[i] > largest ? input[i] : largest;
        }
        int32_t sum = 0; /* of the exponentials, Q12.19 */
        for (int32_t i = 0; i < 3; ++i) {
            const int32_t difference = largest - input[i];
            sum += tinyq_divide_by_power_of_two(net_softmax_exponentials[difference], 12);
        }
        int32_t bits;
        const int32_t reciprocal = tinyq_reciprocal(sum, &bits);
        for (int32_t i = 0; i < 3; ++i) {
            const int32_t difference = largest - input[i];
            const int32_t product = tinyq_doubling_high_mul(reciprocal, net_softmax_exponentials[difference]);
            output[i] = (int8_t)(tinyq_clamp(tinyq_divide_by_power_of_two(product, bits), 0, 255) - 128);
        }
    }
}

void *net_input(uint32_t index)
{
    static uint8_t *const inputs[] = {
        &net_arena[84], /* image */
    };
    return index < 1u ? inputs[index] : NULL;
}

int net_invoke(void)
{
    net_conv((const int8_t *)&net_arena[84], (int8_t *)&net_arena[0], (int8_t *)&net_arena[156]);
    TINYQ_AFTER_LAYER(0, &net_arena[0])
    net_dense((const int8_t *)&net_arena[0], (int8_t *)&net_arena[144]);
    TINYQ_AFTER_LAYER(1, &net_arena[144])
    net_softmax((const int8_t *)&net_arena[144], (int8_t *)&net_arena[0]);
    TINYQ_AFTER_LAYER(2, &net_arena[0])
    return 0;
}

const void *net_output(uint32_t index)
{
    static const uint8_t *const outputs[] = {
        &net_arena[0], /* Identity */
    };
    return index < 1u ? outputs[index] : NULL;
}
