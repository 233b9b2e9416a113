"""What both resizers share: which input pixels an output pixel lies at.

Source: TFLite kernels/internal/reference/{resize_nearest_neighbor.h,resize_bilinear.h}.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Options
from tinyq.ops.base import Call
from tinyq.ops.checks import require_rank, require_same_quantization


@dataclass(frozen=True)
class ResizeOptions(Options):
    """Whether the corner pixels of input and output coincide; whether pixels are taken at their centers."""

    align_corners: bool
    half_pixel_centers: bool


def read_resize(source: Any) -> ResizeOptions:
    """The options in the schema's builtin options `source`."""
    return ResizeOptions(bool(source.alignCorners), bool(source.halfPixelCenters))


def check_resize(call: Call[ResizeOptions]) -> None:
    """Refuse what is no image, and images whose batch or channels change. The new size is the output tensor's own."""
    for tensor in (call.input, call.output):
        require_rank(call, tensor, 4)
    require_same_quantization(call)
    if (call.input.shape[0], call.input.shape[3]) != (call.output.shape[0], call.output.shape[3]):
        call.refuse(f"{list(call.input.shape)} made {list(call.output.shape)}", "the same batch and channels")


def sizes(call: Call[ResizeOptions]) -> Sequence[tuple[int, int]]:
    """(input, output) of height and of width."""
    return tuple(zip(call.input.shape[1:3], call.output.shape[1:3], strict=True))
