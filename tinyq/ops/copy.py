"""What READ_VARIABLE and ASSIGN_VARIABLE share: a state's bytes are copied, so that reading and writing do not meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call, Kernel, Operator


@dataclass(frozen=True, eq=False)
class CopyKernel(Kernel):
    """How much to copy."""

    bytes: int


class Copy(Operator[Options]):
    """Any element type."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        if (call.input.shape, call.input.dtype) != (call.output.shape, call.output.dtype):
            call.refuse(
                f"{call.input.dtype} {list(call.input.shape)} copied to {call.output.dtype} {list(call.output.shape)}",
                "the same element type and shape",
            )

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (inputs[0],)

    def kernel(self, call: Call[Options]) -> CopyKernel:
        return CopyKernel(call.output.bytes)

    def pointers(self, call: Call[Options]) -> tuple[Tensor, ...]:
        return (call.input,)
