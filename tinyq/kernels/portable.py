"""C99 for every processor: the kernels that the operators themselves describe."""

import math
from typing import Any

from tinyq.kernels.base import Implementation, Target
from tinyq.ops import Call, Kernel, Overlap, operator
from tinyq.ops.elementwise import Elementwise, formula_kernel, present


class Portable(Implementation):
    """The kernel that operator `op` describes; it applies to every node and is the last choice."""

    def __init__(self, op: str) -> None:
        self.op = op
        self.template = operator(op).template or op.lower()  # a Kernel may name another one

    def applies(self, call: Call[Any], target: Target) -> bool:
        return True

    def cycles(self, call: Call[Any]) -> float:
        return math.inf

    def kernel(self, call: Call[Any]) -> Kernel:
        reader = operator(self.op)
        if isinstance(reader, Elementwise) and present(call)[-1].dtype == "float32":
            formula = reader.formula(call)
            assert formula is not None, f"{call.name} has no formula"  # the importer refused it
            return formula_kernel(call, formula)
        return reader.kernel(call)

    def scratch_bytes(self, call: Call[Any]) -> int:
        return operator(self.op).scratch_bytes(call)

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)
