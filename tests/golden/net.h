/* net: a neural network as C, made by tinyq 0.1.0.
 *
 * Write the inputs, call net_invoke(), read the outputs:
 *   net_input(0):  int8 1x6x6x2, 72 bytes, real = 0.5 * (q - 7)
 *   net_output(0): int8 1x3, 3 bytes, real = 0.00390625 * (q - -128)
 */
#ifndef NET_H
#define NET_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NET_ARENA_BYTES 176
#define NET_INPUT_0_BYTES 72
#define NET_INPUT_0_SCALE 0.5f
#define NET_INPUT_0_ZERO_POINT (7)
#define NET_OUTPUT_0_BYTES 3
#define NET_OUTPUT_0_SCALE 0.00390625f
#define NET_OUTPUT_0_ZERO_POINT (-128)

/* Where to write input `index`; valid until net_invoke(), which uses the same memory for other things. */
void *net_input(uint32_t index);

/* Runs the network. 0, or a negative code. No heap, no state but net_arena; not for two threads at once. */
int net_invoke(void);

/* Output `index`; valid from net_invoke() until the next input is written. */
const void *net_output(uint32_t index);

#ifdef __cplusplus
}
#endif

#endif
