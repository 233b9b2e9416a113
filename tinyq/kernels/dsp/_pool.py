"""What kernels share that look at four channels of a window at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._depthwise import LARGEST_OFFSET
from tinyq.kernels.portable import Portable
from tinyq.ops import Call, Kernel
from tinyq.ops.pool import PoolKernel, pool_kernel

FOUR = 4
LARGEST_COUNT = 255  # of pixels whose sum is an int16


def window_routine(channels: int, width: int, *, is_max: bool) -> Routine:
    """Sums (int16) or maxima (int8) of four channels over a window."""
    result = "int8_t" if is_max else "int16_t"
    return Routine(
        "dsp/pool_window",
        f"void {{symbol}}(const int8_t *pixels, int32_t rows, int32_t columns, {result} *results)",
        (("is_max", int(is_max)), ("channels", channels), ("row", width * channels)),
    )


def fits(channels: int) -> bool:
    """Whether there are four channels at least, and four pixels within reach of a load."""
    return channels >= FOUR and FOUR * channels <= LARGEST_OFFSET


@dataclass(frozen=True, eq=False)
class FourWideKernel(PoolKernel):
    """`is_max`: the largest, else the mean."""

    is_max: bool = False


class Pool(Implementation):
    """Both pools; `is_max` says which."""

    template = "dsp/pool"
    is_max: bool

    def applies(self, call: Call[Any], target: Target) -> bool:
        height, width = call.options.window.kernel
        return fits(call.input.shape[3]) and (self.is_max or height * width <= LARGEST_COUNT)

    def cycles(self, call: Call[Any]) -> float:
        height, width = call.options.window.kernel
        cycles: float = call.output.elements * (height * width * 1.5 + 25.0)
        return cycles

    def kernel(self, call: Call[Any]) -> Kernel:
        return FourWideKernel(**vars(pool_kernel(call)), is_max=self.is_max)

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        *_, width, channels = call.input.shape
        return {"window": window_routine(channels, width, is_max=self.is_max)}

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return Portable(self.op).overlaps(call)  # it reads and writes in the same order
