"""CONV_2D with MVE, pixel after pixel: 1x1 kernels where the input lies, others from a gathered patch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.mve._dense import Dense, dense, dense_cycles, dense_routine
from tinyq.kernels.mve._scaling import fits
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.window import Window


@dataclass(frozen=True, eq=False)
class ConvKernel(Dense, Kernel):
    """A matrix for each pixel's patch; `padding_value` lies outside the image."""

    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    padding_value: int


class Conv2D(Implementation):
    """Every window; one group of channels."""

    op = "CONV_2D"
    template = "mve/conv_2d"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return call.tensor(WEIGHTS).shape[3] == call.input.shape[3] and fits(call)

    def cycles(self, call: Call[Any]) -> float:
        window, shape = call.options.window, call.output.shape
        pixels = shape[0] * shape[1] * shape[2]
        gathered = 0 if window.is_pointwise else 20 * window.kernel[0] + self.scratch_bytes(call) / 4
        return dense_cycles(call, pixels) + pixels * gathered

    def kernel(self, call: Call[Any]) -> ConvKernel:
        return ConvKernel(
            **vars(dense(call)),
            window=call.options.window,
            input_shape=call.input.shape,
            output_shape=call.output.shape,
            padding_value=call.input.zero_point,
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        window, made = call.options.window, {"dense": dense_routine(call)}
        copy = Routine("mve/copy", "void {symbol}(int8_t *to, const int8_t *from, int32_t bytes)", is_assembly=False)
        return made if window.is_pointwise or window.dilation[1] > 1 else {**made, "row": copy}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return operator(self.op).scratch_bytes(call)

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)  # a patch is gathered before its outputs are written


IMPLEMENTATION = Conv2D()
