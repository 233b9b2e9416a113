"""FULLY_CONNECTED of many rows, each as a pixel of a pointwise convolution."""

from typing import Any

from tinyq.kernels.dsp._pointwise import Pointwise
from tinyq.kernels.dsp._pointwise_plan import SLAB_BYTES, PointwisePlan
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS


class PointwiseFullyConnected(Pointwise):
    """Four rows at a time."""

    op = "FULLY_CONNECTED"

    def plan(self, call: Call[Any]) -> PointwisePlan | None:
        outputs, inputs = call.tensor(WEIGHTS).shape
        return PointwisePlan(
            inputs=inputs,
            outputs=outputs,
            images=1,
            image_bytes=call.input.bytes,
            rows=1,
            row_bytes=call.input.bytes,
            pixels=call.input.elements // inputs,
            step=inputs,
            slab_bytes=self.slab_bytes,
            worth=self.worth,
        )


IMPLEMENTATION = PointwiseFullyConnected(SLAB_BYTES)
