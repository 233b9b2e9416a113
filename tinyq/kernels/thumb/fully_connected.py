"""FULLY_CONNECTED, two products in one multiplication."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.thumb import _quads
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import WEIGHTS


@dataclass(frozen=True, eq=False)
class QuadDenseKernel(Kernel):
    """One routine call for each row; `padded_depth` is `depth` filled up to whole words."""

    stream: Array
    rows: int
    depth: int
    padded_depth: int
    channels: int


class FullyConnected(Implementation):
    """Several rows; those that do not fill whole words are copied to an address divisible by 4."""

    op = "FULLY_CONNECTED"
    template = "thumb/fully_connected"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return target.optimize != "size" and rows(call) > 1 and _quads.fits(call)

    def cycles(self, call: Call[Any]) -> float:
        return _quads.cycles(call, rows(call))

    def kernel(self, call: Call[Any]) -> QuadDenseKernel:
        return dense_kernel(call, _quads.stream(call))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"quads": _quads.routine(call)}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return dense_scratch_bytes(call)

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)


def dense_kernel(call: Call[Any], stream: Array) -> QuadDenseKernel:
    """What the template sees."""
    channels, depth = call.tensor(WEIGHTS).shape
    return QuadDenseKernel(stream, rows(call), depth, _quads.depth(call), channels)


def dense_scratch_bytes(call: Call[Any]) -> int:
    """For a copy of a row that does not fill whole words."""
    depth = _quads.depth(call)
    return depth if depth != call.tensor(WEIGHTS).shape[1] else 0


def rows(call: Call[Any]) -> int:
    """How many inputs the weights are multiplied by."""
    return call.input.elements // int(call.tensor(WEIGHTS).shape[1])


IMPLEMENTATION = FullyConnected()
