"""DEPTHWISE_CONV_2D, 3x3 with stride 1 and padding all around: in place, channel by channel, two rows at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._depthwise import LARGEST_OFFSET, packed_3x3, requantized, required
from tinyq.ops import Call, Kernel
from tinyq.ops.window import Window

WIDEST_UNROLLED = 10  # columns; their line buffer is in FPU registers
SAME = Window((3, 3), (1, 1), (1, 1), (1, 1), (1, 1))


@dataclass(frozen=True, eq=False)
class InPlaceKernel(Kernel):
    """One routine call for each image; `has_line`: the line buffer is in the scratch."""

    input_shape: tuple[int, ...]
    constants: Array
    has_line: bool


class Depthwise3x3InPlace(Implementation):
    """Two outputs, one above the other, take 25 cycles: 12 multiply-accumulates of one or two products each."""

    op = "DEPTHWISE_CONV_2D"
    template = "dsp/depthwise_3x3_in_place"

    def applies(self, call: Call[Any], target: Target) -> bool:
        *_, width, channels = call.input.shape
        reach = 2 * width * channels + min(width, _unroll(call) + 4 if _unroll(call) else width) * channels
        return (
            call.options.window == SAME
            and call.output.shape == call.input.shape
            and reach <= LARGEST_OFFSET
            and requantized(call) is not None
        )

    def cycles(self, call: Call[Any]) -> float:
        each = (14.8 if _unroll(call) else 12.8) + (0.0 if required(call).truncates else 4.5)
        return call.output.elements * each

    def kernel(self, call: Call[Any]) -> InPlaceKernel:
        return InPlaceKernel(call.input.shape, packed_3x3(call), _unroll(call) > 0)

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        _, height, width, channels = call.input.shape
        numbers = {
            "height": height,
            "width": width,
            "channels": channels,
            "padding": call.input.zero_point,
            "unroll": _unroll(call),
            **dict(required(call).parameters),
        }
        return {
            "rows": Routine(
                "dsp/depthwise_3x3_in_place",
                "void {symbol}(int8_t *image, const int32_t *constants, int32_t *line)",
                tuple(numbers.items()),
            )
        }

    def scratch_bytes(self, call: Call[Any]) -> int:
        return 4 * call.input.shape[2] if _unroll(call) else 0

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return (Overlap(call.input),)


def _unroll(call: Call[Any]) -> int:
    """Columns in one turn of the loop over them; 0 where there is no loop."""
    return 0 if call.input.shape[2] <= WIDEST_UNROLLED else 4


IMPLEMENTATION = Depthwise3x3InPlace()
