/* tinyq runtime: what is asked of the compiler, and the types of numbers in the arena. */
#ifndef TINYQ_TYPES_H
#define TINYQ_TYPES_H

#include <stddef.h>
#include <stdint.h>

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

#endif
