"""CONV_2D with int4 weights, pixel after pixel: 1x1 kernels where the input lies, others from a gathered patch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._int4 import Quads, cycles, fits, quads, quads_routine
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.window import Window


@dataclass(frozen=True, eq=False)
class Int4ConvKernel(Quads, Kernel):
    """A matrix for each pixel's patch; `padding_value` lies outside the image."""

    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int


@dataclass(frozen=True)
class Int4Conv2D(Implementation):
    """Every window; one group of channels.

    Attributes:
        cycles_of_16: products.
    """

    cycles_of_16: float
    op = "CONV_2D"
    template = "int4/conv_2d"
    stores_int4 = True

    def applies(self, call: Call[Any], target: Target) -> bool:
        return call.tensor(WEIGHTS).shape[3] == call.input.shape[3] and fits(call)

    def cycles(self, call: Call[Any]) -> float:
        batch, height, width, _ = call.output.shape
        pixels, taps = batch * height * width, call.options.window.kernel[0] * call.options.window.kernel[1]
        gathered = 0 if call.options.window.is_pointwise else taps * (30 + call.input.shape[3])
        return cycles(call, pixels, self.cycles_of_16) + pixels * gathered

    def kernel(self, call: Call[Any]) -> Int4ConvKernel:
        return Int4ConvKernel(
            **vars(quads(call)),
            window=call.options.window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point,
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"quads": quads_routine(call)}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return operator(self.op).scratch_bytes(call)

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)  # as the portable kernel, it has read a patch before it writes


IMPLEMENTATION = Int4Conv2D(cycles_of_16=27)
