"""CONV_2D, two products in one multiplication."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.thumb import _quads
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.convolution import patch_overlaps
from tinyq.ops.window import Window

CYCLES_OF_A_BYTE = 3.0  # to gather it


@dataclass(frozen=True, eq=False)
class QuadConvKernel(Kernel):
    """One routine call for each pixel.

    Attributes:
        depth: inputs of an output, filled up to whole words.
        is_gathered: whether they are copied into scratch first; else they lie in a row, at an address divisible by 4.
        padding_value: what an input pixel outside the image counts as.
    """

    stream: Array
    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    depth: int
    is_gathered: bool
    padding_value: int


class Conv2D(Implementation):
    """Any shape without groups."""

    op = "CONV_2D"
    template = "thumb/conv_2d"

    def applies(self, call: Call[Any], target: Target) -> bool:
        has_groups = call.tensor(WEIGHTS).shape[3] != call.input.shape[3]
        return target.optimize != "size" and not has_groups and _quads.fits(call)

    def cycles(self, call: Call[Any]) -> float:
        batch, height, width, _ = call.output.shape
        gathered = _quads.depth(call) * CYCLES_OF_A_BYTE * _is_gathered(call)
        return _quads.cycles(call, batch * height * width) + gathered * batch * height * width

    def kernel(self, call: Call[Any]) -> QuadConvKernel:
        return QuadConvKernel(
            _quads.stream(call),
            call.options.window,
            call.input.shape,
            call.output.shape,
            _quads.depth(call),
            _is_gathered(call),
            call.input.zero_point,
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"quads": _quads.routine(call)}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return _quads.depth(call) if _is_gathered(call) else 0

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return patch_overlaps(call, read_first=_is_gathered(call))


def _is_gathered(call: Call[Any]) -> bool:
    return not call.options.window.is_pointwise or call.input.shape[3] % _quads.INPUTS != 0


IMPLEMENTATION = Conv2D()
