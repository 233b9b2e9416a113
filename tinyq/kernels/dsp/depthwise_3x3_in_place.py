"""DEPTHWISE_CONV_2D, 3x3 with stride 1 and padding all around: in place, channel by channel, two rows at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Optimize, Overlap, Routine, Target
from tinyq.kernels.dsp._depthwise import LARGEST_OFFSET, SAME, packed_3x3, requantized, required
from tinyq.ops import Call, Kernel

WIDEST_UNROLLED = 10  # columns; their line buffer is in FPU registers
MANY_OUTPUTS = 5000  # of an image: they save about 40 cycles for each byte of code


@dataclass(frozen=True, eq=False)
class InPlaceKernel(Kernel):
    """One routine call for each image; `has_line`: the line buffer is in the scratch."""

    input_shape: tuple[int, ...]
    constants: Array
    has_line: bool


class Depthwise3x3InPlace(Implementation):
    """Two outputs, one above the other, take 25 cycles, and 38 in the routine for all sizes.

    That is 12 multiply-accumulates of one or two products each.

    Attributes:
        many_outputs: of an image; layers with fewer run by the routine for all sizes.
        only_for: what must count most; None if it does not matter.
    """

    op = "DEPTHWISE_CONV_2D"
    template = "dsp/depthwise_3x3_in_place"

    def __init__(self, many_outputs: float = MANY_OUTPUTS, only_for: Optimize | None = None) -> None:
        self.many_outputs, self.only_for = many_outputs, only_for

    def applies(self, call: Call[Any], target: Target) -> bool:
        is_asked = self.only_for in (None, target.optimize)
        keeps_size = call.options.window == SAME and call.output.shape == call.input.shape
        return is_asked and keeps_size and requantized(call) is not None

    def cycles(self, call: Call[Any]) -> float:
        each = (12.8 if self._is_unrolled(call) else 19.5) + (0.0 if required(call).truncates else 4.5)
        return call.output.elements * each

    def kernel(self, call: Call[Any]) -> InPlaceKernel:
        return InPlaceKernel(call.input.shape, packed_3x3(call), not self._is_unrolled(call))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        _, height, width, channels = call.input.shape
        numbers = {"padding": call.input.zero_point, **dict(required(call).parameters)}
        if not self._is_unrolled(call):
            signature = (
                "void {symbol}(int8_t *image, const int32_t *constants, tinyq_int32 *line,"
                " int32_t channels, int32_t width, int32_t height)"
            )
            return {"rows": Routine("dsp/depthwise_3x3_in_place_of_any_size", signature, tuple(numbers.items()))}
        numbers = {"height": height, "width": width, "channels": channels, **numbers}
        signature = "void {symbol}(int8_t *image, const int32_t *constants)"
        return {"rows": Routine("dsp/depthwise_3x3_in_place", signature, tuple(numbers.items()))}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return 0 if self._is_unrolled(call) else 4 * call.input.shape[2]

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return (Overlap(call.input),)

    def _is_unrolled(self, call: Call[Any]) -> bool:
        """Whether it runs by a routine for its very size; else by one for all sizes: smaller, as layers share it."""
        *_, width, channels = call.input.shape
        return (
            width <= WIDEST_UNROLLED
            and 3 * width * channels <= LARGEST_OFFSET
            and call.output.elements // call.output.shape[0] >= self.many_outputs
        )


IMPLEMENTATION = Depthwise3x3InPlace()
