"""C99 for every processor: the kernels that the operators themselves describe."""

import math
from typing import Any

from tinyq.kernels.base import Implementation, Target
from tinyq.ops import Call, Kernel, Overlap, operator


class Portable(Implementation):
    """The kernel that operator `op` describes; it applies to every node and is the last choice."""

    def __init__(self, op: str) -> None:
        self.op = op
        self.template = operator(op).template or op.lower()

    def applies(self, call: Call[Any], target: Target) -> bool:
        return True

    def cycles(self, call: Call[Any]) -> float:
        return math.inf

    def kernel(self, call: Call[Any]) -> Kernel:
        return operator(self.op).kernel(call)

    def scratch_bytes(self, call: Call[Any]) -> int:
        return operator(self.op).scratch_bytes(call)

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)
