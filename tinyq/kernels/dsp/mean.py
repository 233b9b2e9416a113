"""MEAN over height and width, four channels at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._pool import LARGEST_COUNT, fits, window_routine
from tinyq.kernels.portable import Portable
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.mean import MeanKernel


@dataclass(frozen=True, eq=False)
class PixelMeanKernel(Kernel):
    """`images` times `pixels` of `channels`; the rest as in MeanKernel."""

    images: int
    pixels: int
    channels: int
    offset: int
    multiplier: int
    shift: int
    zero_point: int


class Mean(Implementation):
    """The usual global pooling."""

    op = "MEAN"
    template = "dsp/mean"

    def applies(self, call: Call[Any], target: Target) -> bool:
        shape = call.input.shape
        return (
            len(shape) > 1
            and call.options.axes == tuple(range(1, len(shape) - 1))
            and fits(shape[-1])
            and call.input.elements // (shape[0] * shape[-1]) <= LARGEST_COUNT
        )

    def cycles(self, call: Call[Any]) -> float:
        return call.input.elements * 1.5 + call.output.elements * 30.0

    def kernel(self, call: Call[Any]) -> PixelMeanKernel:
        images, *_, channels = call.input.shape
        kernel = operator(self.op).kernel(call)
        assert isinstance(kernel, MeanKernel)
        return PixelMeanKernel(
            images,
            call.input.elements // (images * channels),
            channels,
            kernel.offset,
            kernel.multiplier,
            kernel.shift,
            kernel.zero_point,
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"window": window_routine(call.input.shape[-1], 0, is_max=False)}

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return Portable(self.op).overlaps(call)  # it reads and writes in the same order


IMPLEMENTATION = Mean()
