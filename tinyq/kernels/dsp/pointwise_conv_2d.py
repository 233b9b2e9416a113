"""CONV_2D with a kernel of one pixel, of any stride, by pairs of output channels over a slab of widened pixels."""

from typing import Any

from tinyq.kernels.dsp._pointwise import Pointwise
from tinyq.kernels.dsp._pointwise_plan import SLAB_BYTES, PointwisePlan
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS


class PointwiseConv2D(Pointwise):
    """All pixels are one row where the stride is 1."""

    op = "CONV_2D"

    def plan(self, call: Call[Any]) -> PointwisePlan | None:
        images, height, width, inputs = call.input.shape
        if not call.options.window.is_pointwise or call.tensor(WEIGHTS).shape[3] != inputs:
            return None
        _, output_height, output_width, outputs = call.output.shape
        down, across = call.options.window.stride
        is_dense = (down, across) == (1, 1)
        return PointwisePlan(
            inputs=inputs,
            outputs=outputs,
            images=1 if is_dense else images,
            image_bytes=height * width * inputs,
            rows=1 if is_dense else output_height,
            row_bytes=(images * height if is_dense else down) * width * inputs,
            pixels=images * height * width if is_dense else output_width,
            step=inputs * across,
            slab_bytes=self.slab_bytes,
            worth=self.worth,
        )


IMPLEMENTATION = PointwiseConv2D(SLAB_BYTES)
