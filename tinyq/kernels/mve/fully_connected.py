"""FULLY_CONNECTED with MVE, row after row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.mve._dense import Dense, dense, dense_cycles, dense_routine
from tinyq.kernels.mve._scaling import fits
from tinyq.ops import Call, Kernel, operator


@dataclass(frozen=True, eq=False)
class DenseKernel(Dense, Kernel):
    """A matrix for `rows` rows of inputs."""

    rows: int


class FullyConnected(Implementation):
    """Any number of inputs and outputs."""

    op = "FULLY_CONNECTED"
    template = "mve/fully_connected"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return fits(call)

    def cycles(self, call: Call[Any]) -> float:
        return dense_cycles(call, _rows(call))

    def kernel(self, call: Call[Any]) -> DenseKernel:
        return DenseKernel(**vars(dense(call)), rows=_rows(call))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"dense": dense_routine(call)}

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)  # four outputs are written at once, never before those four's reads


def _rows(call: Call[Any]) -> int:
    return call.input.elements // dense(call).depth


IMPLEMENTATION = FullyConnected()
