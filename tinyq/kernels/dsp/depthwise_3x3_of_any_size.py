"""DEPTHWISE_CONV_2D, 3x3 of any stride and padding, by one routine for all sizes: for where flash counts most."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tinyq.kernels.base import Routine, Target
from tinyq.kernels.dsp._depthwise import required
from tinyq.kernels.dsp.depthwise_3x3 import Depthwise3x3, Depthwise3x3Kernel, sizes
from tinyq.ops import Call


class Depthwise3x3OfAnySize(Depthwise3x3):
    """Its routine is C: each output takes about 110 cycles."""

    def applies(self, call: Call[Any], target: Target) -> bool:
        return target.optimize == "size" and super().applies(call, target)

    def cycles(self, call: Call[Any]) -> float:
        return call.output.elements * 110.0

    def kernel(self, call: Call[Any]) -> Depthwise3x3Kernel:
        return replace(super().kernel(call), sizes=np.array([*sizes(call).values()], np.int32))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        numbers = (("padding", call.input.zero_point), *required(call).parameters)
        signature = (
            "TINYQ_NOINLINE void {symbol}(const int8_t *image, int8_t *output, const int32_t *constants,"
            " const int32_t *sizes)"
        )
        return {"rows": Routine("dsp/depthwise_3x3_of_any_size", signature, numbers, is_assembly=False)}


IMPLEMENTATION = Depthwise3x3OfAnySize()
