"""FULLY_CONNECTED with int4 weights, row after row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.dsp._int4 import Quads, cycles, fits, quads, quads_routine
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import WEIGHTS


@dataclass(frozen=True, eq=False)
class Int4DenseKernel(Quads, Kernel):
    """A matrix for `rows` rows of inputs."""

    rows: int


@dataclass(frozen=True)
class Int4FullyConnected(Implementation):
    """Any number of inputs and outputs.

    Attributes:
        cycles_of_16: products.
    """

    cycles_of_16: float
    op = "FULLY_CONNECTED"
    template = "int4/fully_connected"
    stores_int4 = True

    def applies(self, call: Call[Any], target: Target) -> bool:
        return fits(call)

    def cycles(self, call: Call[Any]) -> float:
        return cycles(call, _rows(call), self.cycles_of_16)

    def kernel(self, call: Call[Any]) -> Int4DenseKernel:
        return Int4DenseKernel(**vars(quads(call)), rows=_rows(call))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"quads": quads_routine(call)}

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)  # four outputs are written at once, never before those four's reads


def _rows(call: Call[Any]) -> int:
    return call.input.elements // int(call.tensor(WEIGHTS).shape[1])


IMPLEMENTATION = Int4FullyConnected(cycles_of_16=27)
