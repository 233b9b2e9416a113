"""CAST: integers of one type as those of another, as C converts them.

Source: TFLite kernels/cast.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_shape


@dataclass(frozen=True, eq=False)
class CastKernel(Kernel):
    """How many elements, and of which type they become."""

    elements: int
    dtype: DType


class Cast(Operator[Options]):
    """A narrower type keeps the low bits; a bool is whether the number differs from 0."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        for tensor in (call.input, call.output):
            require_dtype(call, tensor, "int8", "uint8", "int16", "int32", "int64", "bool")
        require_shape(call, call.output, call.input.shape)

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (inputs[0].astype(call.output.dtype),)

    def kernel(self, call: Call[Options]) -> CastKernel:
        return CastKernel(call.output.elements, call.output.dtype)

    def view_of(self, call: Call[Options]) -> Tensor | None:
        return call.input if call.input.dtype == call.output.dtype and not call.input.is_constant else None


OPERATOR = Cast()
