"""FULLY_CONNECTED, two products in one multiplication."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Routine, Target
from tinyq.kernels.thumb import _quads
from tinyq.ops import Call, Kernel
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
    """Any shape; rows that do not fill whole words are copied to an address divisible by 4."""

    op = "FULLY_CONNECTED"
    template = "thumb/fully_connected"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return target.optimize != "size" and _quads.fits(call)

    def cycles(self, call: Call[Any]) -> float:
        return _quads.cycles(call, _rows(call))

    def kernel(self, call: Call[Any]) -> QuadDenseKernel:
        channels, depth = call.tensor(WEIGHTS).shape
        return QuadDenseKernel(_quads.stream(call), _rows(call), depth, _quads.depth(call), channels)

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"quads": _quads.routine(call)}

    def scratch_bytes(self, call: Call[Any]) -> int:
        depth = _quads.depth(call)
        return depth if depth != call.tensor(WEIGHTS).shape[1] else 0


def _rows(call: Call[Any]) -> int:
    return call.input.elements // int(call.tensor(WEIGHTS).shape[1])


IMPLEMENTATION = FullyConnected()
