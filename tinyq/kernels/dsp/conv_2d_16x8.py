"""CONV_2D of 16x8: pixels in pairs, gathered with their padding."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._products_16x8 import (
    PIXELS,
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
from tinyq.ops.overlap import lead_of


class Conv2D(Implementation):
    """Every window; one group of channels."""

    op = "CONV_2D"
    template = "dsp/products_16x8"
    dtype = "int16"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return call.tensor(WEIGHTS).shape[3] == call.input.shape[3] and fits(call, _pixels(call))

    def cycles(self, call: Call[Any]) -> float:
        taps: int = call.options.window.kernel[0] * call.options.window.kernel[1]
        return cycles_of(call, _pixels(call)) + _pixels(call) * (15 * taps + words_of(call))

    def kernel(self, call: Call[Any]) -> ProductsKernel:
        return products_kernel(call, call.options.window, call.input.shape, call.output.shape)

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return products_routines(call, _pixels(call))

    def scratch_bytes(self, call: Call[Any]) -> int:
        return 0 if _is_read_in_place(call) else gathered_bytes(call, _pixels(call))

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        if _is_read_in_place(call):
            return ()
        needed = call.options.window.first_needed(call.input.shape)
        pairs = np.append(needed[:-1:PIXELS], needed[-1])
        image, output = call.input, call.output
        pixel, pair = image.bytes // int(np.prod(image.shape[:3])), PIXELS * output.bytes // _pixels(call)
        return (Overlap(image, lead_of(pairs, pixel, pair, read_first=True)),)


def _pixels(call: Call[Any]) -> int:
    return int(np.prod(call.output.shape[:3]))


def _is_read_in_place(call: Call[Any]) -> bool:
    return _pixels(call) == 1 and bool(call.options.window.is_pointwise)


IMPLEMENTATION = Conv2D()
