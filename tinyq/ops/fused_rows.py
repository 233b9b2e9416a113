"""FUSED_ROWS: operators of a chain run row by row, so that the tensors between them are never whole in memory.

No .tflite names it: the pass fuse_rows makes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops import operator
from tinyq.ops.base import Call, Kernel, Operator


@dataclass(frozen=True)
class FusedOptions(Options):
    """The operators with their tensors, in the order they would run one after the other; the last writes the output."""

    members: tuple[Call[Any], ...]

    def __repr__(self) -> str:
        return " -> ".join(f"{member.op} {member.name}" for member in self.members)


class FusedRows(Operator[FusedOptions]):
    """It answers what its members answer one after the other. Its kernel is tinyq/kernels/fused_rows.py."""

    inputs = (1, 8)
    in_tflite = False

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> NoReturn:
        raise NotImplementedError("no .tflite has this operator")

    def check(self, call: Call[FusedOptions]) -> None:
        for member in call.options.members:
            operator(member.op).check(member)

    def reference(self, call: Call[FusedOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        values = {tensor.name: value for tensor, value in zip(self.pointers(call), inputs, strict=True)}
        for member in call.options.members:
            given = [values[tensor.name] for tensor in member.inputs if tensor is not None and not tensor.is_constant]
            (values[member.output.name],) = operator(member.op).reference(member, given)
        return (values[call.output.name],)

    def kernel(self, call: Call[FusedOptions]) -> Kernel:
        raise NotImplementedError("tinyq/kernels/fused_rows.py has it")

    def macs(self, call: Call[FusedOptions]) -> int:
        return sum(operator(member.op).macs(member) for member in call.options.members)


OPERATOR = FusedRows()
