"""STRIDED_SLICE: a beginning, an end and a step for each dimension, as in `x[1:, ::-1, 0]`.

Source: TFLite kernels/strided_slice.cc and kernels/internal/strided_slice_logic.h.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant
from tinyq.ops.cut import Cut, CutOptions


@dataclass(frozen=True)
class _Masks:
    """Bit i of each is about the i-th slice: no beginning, no end, all dimensions in between, a new one, one less."""

    begin: int
    end: int
    ellipsis: int
    new_axis: int
    shrink_axis: int


class StridedSlice(Cut):
    """Inputs 1 to 3 are beginnings, ends and steps."""

    inputs = (4, 4)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> CutOptions:
        assert inputs[0] is not None
        begins, ends, steps = (integers(tensor) for tensor in inputs[1:4])
        if source.offset:
            ends = tuple(begin + length for begin, length in zip(begins, ends, strict=False))
        masks = _Masks(
            int(source.beginMask),
            int(source.endMask),
            int(source.ellipsisMask),
            int(source.newAxisMask),
            int(source.shrinkAxisMask),
        )
        slices = list(zip(begins, ends, steps, strict=False))
        return CutOptions(tuple(_index(slices, masks, len(inputs[0].shape))))

    def check(self, call: Call[CutOptions]) -> None:
        for tensor in (call.tensor(1), call.tensor(2), call.tensor(3)):
            require_constant(call, tensor)
        if any(isinstance(part, slice) and part.step == 0 for part in call.options.index):
            call.refuse("a step of 0", "other steps")
        super().check(call)


def _index(slices: Sequence[tuple[int, int, int]], masks: _Masks, rank: int) -> Iterator[slice | int | None]:
    """NumPy's index for the schema's masks."""
    taken = sum(not (masks.ellipsis | masks.new_axis) >> number & 1 for number in range(len(slices)))
    for number, (begin, end, step) in enumerate(slices):
        bit = 1 << number
        if masks.ellipsis & bit:
            yield from (slice(None),) * (rank - taken)
        elif masks.new_axis & bit:
            yield None
        elif masks.shrink_axis & bit:
            yield begin
        else:
            yield slice(None if masks.begin & bit else begin, None if masks.end & bit else end, step)


OPERATOR = StridedSlice()
