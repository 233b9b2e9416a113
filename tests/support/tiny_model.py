"""A hand-written model, as small as a `GeneratedModel` can be: it adds to each byte x the weight number x % 8."""

from tinyq.codegen.generated import GeneratedModel, SelfTest
from tinyq.ir.graph import Tensor

ELEMENTS = 8

_HEADER = """#ifndef TINY_H
#define TINY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

extern int8_t tiny_arena[16];

void *tiny_input(uint32_t index);
int tiny_invoke(void);
const void *tiny_output(uint32_t index);

#ifdef __cplusplus
}
#endif

#endif
"""

_SOURCE = """#include "tiny.h"

#include "tinyq_tiny_runtime.h"

#include <string.h>

int8_t tiny_arena[16];

static const int8_t tiny_weights[8] = {3, 1, 4, 1, 5, 9, 2, 6};

void *tiny_input(uint32_t index)
{
    return index == 0U ? tiny_arena : (void *)0;
}

int tiny_invoke(void)
{
    (void)memcpy(&tiny_arena[8], tiny_arena, 8U);
    for (uint32_t i = 0U; i < 8U; ++i) {
        tiny_arena[8U + i] = tinyq_tiny_add(tiny_arena[8U + i], tiny_weights[(uint8_t)tiny_arena[8U + i] % 8U]);
    }
    return 0;
}

const void *tiny_output(uint32_t index)
{
    return index == 0U ? &tiny_arena[8] : (void *)0;
}
"""

_RUNTIME = """#ifndef TINYQ_TINY_RUNTIME_H
#define TINYQ_TINY_RUNTIME_H

#include <stdint.h>

static inline int8_t tinyq_tiny_add(int8_t left, int8_t right)
{
    return (int8_t)(left + right);
}

#endif
"""


def tiny_model(source: str = _SOURCE) -> GeneratedModel:
    """The model; `source` replaces its C."""
    return GeneratedModel(
        identifier="tiny",
        files={"tiny.h": _HEADER, "tiny.c": source},
        runtime_files={"tinyq_tiny_runtime.h": _RUNTIME},
        inputs=(Tensor("x", (1, ELEMENTS), "int8"),),
        outputs=(Tensor("y", (1, ELEMENTS), "int8"),),
        arena_bytes=16,
    )


def tiny_self_test() -> SelfTest:
    """A sample of the model, and its answer."""
    return SelfTest(inputs=(bytes(range(10, 18)),), outputs=(bytes([14, 12, 17, 22, 16, 21, 19, 18]),))
