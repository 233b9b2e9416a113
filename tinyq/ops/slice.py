"""SLICE: a block of a tensor, from a beginning and of a size for each dimension.

Source: TFLite kernels/slice.cc and kernels/internal/reference/slice.h.
"""

from collections.abc import Sequence
from typing import Any

from tinyq.ir.graph import Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant
from tinyq.ops.cut import Cut, CutOptions


class Slice(Cut):
    """Inputs 1 and 2 are where it begins and how large it is; -1 is all that follows."""

    inputs = (3, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> CutOptions:
        begins, sizes = integers(inputs[1]), integers(inputs[2])
        return CutOptions(
            tuple(slice(begin, None if size < 0 else begin + size) for begin, size in zip(begins, sizes, strict=False))
        )

    def check(self, call: Call[CutOptions]) -> None:
        for tensor in (call.tensor(1), call.tensor(2)):
            require_constant(call, tensor)
            if tensor.elements != len(call.input.shape):
                call.refuse(f"{tensor.elements} numbers in {tensor.name}", f"{len(call.input.shape)}")
        begins = integers(call.tensor(1))
        if any(not 0 <= begin < extent for begin, extent in zip(begins, call.input.shape, strict=True)):
            call.refuse(f"a slice from {list(begins)}", f"a beginning within {list(call.input.shape)}")
        super().check(call)


OPERATOR = Slice()
