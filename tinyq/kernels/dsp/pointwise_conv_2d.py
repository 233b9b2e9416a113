"""CONV_2D with a kernel of one pixel, by pairs of output channels over a slab of widened pixels."""

from collections.abc import Mapping
from typing import Any

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._pointwise import PointwiseKernel, PointwisePlan, stream
from tinyq.kernels.dsp.requantization import Requantization, requantization
from tinyq.kernels.dsp.two_channel_words import packs
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import weights_by_channel
from tinyq.ops.convolution import ConvOptions

SLAB_BYTES = 2600


class PointwiseConv2D(Implementation):
    """Any stride; its output may overwrite what it has read of its input."""

    op = "CONV_2D"
    template = "dsp/pointwise"

    def applies(self, call: Call[ConvOptions], target: Target) -> bool:
        groups = call.input.shape[3] // weights_by_channel(call).shape[1]
        if not call.options.window.is_pointwise or groups > 1 or not plan_of(call).fits:
            return False
        form = requantization(call)
        return form is not None and packs(weights_by_channel(call), form)

    def cycles(self, call: Call[ConvOptions]) -> float:
        return plan_of(call).cycles(form_of(call))

    def kernel(self, call: Call[ConvOptions]) -> Kernel:
        plan = plan_of(call)
        return PointwiseKernel(plan, stream(plan, form_of(call), weights_by_channel(call)))

    def routines(self, call: Call[ConvOptions]) -> Mapping[str, Routine]:
        return plan_of(call).routines(form_of(call))

    def scratch_bytes(self, call: Call[ConvOptions]) -> int:
        return plan_of(call).scratch_bytes

    def overlaps(self, call: Call[ConvOptions]) -> tuple[Overlap, ...]:
        return (Overlap(call.input, plan_of(call).lead),)


def plan_of(call: Call[ConvOptions], slab_bytes: int = SLAB_BYTES) -> PointwisePlan:
    """All pixels in one row where the stride is 1."""
    images, height, width, inputs = call.input.shape
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
        slab_bytes=slab_bytes,
    )


def form_of(call: Call[Any]) -> Requantization:
    """The requantization of a call to which the implementation applies."""
    form = requantization(call)
    assert form is not None
    return form


IMPLEMENTATION = PointwiseConv2D()
