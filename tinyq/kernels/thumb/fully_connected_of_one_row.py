"""FULLY_CONNECTED whose weights are used once: bytes, as flash takes longer to bring words than they save."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Routine, Target
from tinyq.kernels.thumb import _quads
from tinyq.kernels.thumb._scaling import scaling
from tinyq.kernels.thumb.fully_connected import QuadDenseKernel, dense_kernel, dense_scratch_bytes, rows
from tinyq.ops import Call, operator

CYCLES_OF_FOUR_INPUTS = 73


class FullyConnectedOfOneRow(Implementation):
    """One multiplication for each product."""

    op = "FULLY_CONNECTED"
    template = "thumb/fully_connected"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return rows(call) == 1 and scaling(call) is not None

    def cycles(self, call: Call[Any]) -> float:
        quads, words = _quads.padded_weights(call).shape[0] // _quads.CHANNELS, _quads.depth(call) // _quads.INPUTS
        return float(quads * (words * CYCLES_OF_FOUR_INPUTS + _quads.CYCLES_OF_A_QUAD))

    def kernel(self, call: Call[Any]) -> QuadDenseKernel:
        return dense_kernel(call, _stream(call))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"quads": _quads.routine(call, "thumb/quads_of_bytes")}

    def scratch_bytes(self, call: Call[Any]) -> int:
        return dense_scratch_bytes(call)

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return operator(self.op).overlaps(call)


def _stream(call: Call[Any]) -> Array:
    """int32 [quads, words]: biases, a word of four channels' weights for each input, scaling."""
    weights = _quads.padded_weights(call).astype(np.int8)
    by_input = weights.reshape(weights.shape[0] // _quads.CHANNELS, _quads.CHANNELS, -1).transpose(0, 2, 1)
    return _quads.joined(call, np.ascontiguousarray(by_input).view("<i4"))


IMPLEMENTATION = FullyConnectedOfOneRow()
