"""FULLY_CONNECTED of 16x8: rows in pairs, or a single one where it lies."""

from collections.abc import Mapping
from typing import Any

from tinyq.kernels.base import Implementation, Routine, Target
from tinyq.kernels.dsp._products_16x8 import (
    ProductsKernel,
    cycles_of,
    fits,
    gathered_bytes,
    products_kernel,
    products_routines,
    words_of,
)
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.window import Window


class FullyConnected(Implementation):
    """A row is a pixel of a pointwise convolution."""

    op = "FULLY_CONNECTED"
    template = "dsp/products_16x8"
    dtype = "int16"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return call.output.shape[-1:] == call.tensor(WEIGHTS).shape[:1] and fits(call, _rows(call))

    def cycles(self, call: Call[Any]) -> float:
        return cycles_of(call, _rows(call)) + _rows(call) * words_of(call)

    def kernel(self, call: Call[Any]) -> ProductsKernel:
        channels, depth = call.tensor(WEIGHTS).shape
        rows = _rows(call)
        return products_kernel(call, Window((1, 1), (1, 1)), (1, 1, rows, depth), (1, 1, rows, channels))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return products_routines(call, _rows(call))

    def scratch_bytes(self, call: Call[Any]) -> int:
        return gathered_bytes(call, _rows(call)) if _rows(call) > 1 else 0


def _rows(call: Call[Any]) -> int:
    return call.input.elements // call.tensor(WEIGHTS).shape[1]


IMPLEMENTATION = FullyConnected()
