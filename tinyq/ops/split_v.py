"""SPLIT_V: pieces of given sizes along an axis, each an output.

Source: TFLite kernels/split_v.cc.
"""

from collections.abc import Sequence

from tinyq.ir.graph import Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant
from tinyq.ops.split import Split, SplitOptions


class SplitV(Split):
    """Input 1 holds the sizes, of which one may be -1: what is left."""

    inputs = (3, 3)
    value, axis = 0, 2

    def sizes(self, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor], extent: int = 0) -> tuple[int, ...]:
        sizes = integers(inputs[1])
        rest = extent - sum(size for size in sizes if size >= 0)
        return tuple(rest if size == -1 else size for size in sizes)

    def check(self, call: Call[SplitOptions]) -> None:
        require_constant(call, call.tensor(1))
        super().check(call)


OPERATOR = SplitV()
