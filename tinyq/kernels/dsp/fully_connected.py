"""FULLY_CONNECTED, four products in two instructions (SXTB16 and SMLAD)."""

from collections.abc import Mapping
from typing import Any

from tinyq.kernels.base import Implementation, Routine, Target
from tinyq.ops import Call, Kernel, operator
from tinyq.ops.accumulate import WEIGHTS, input_offset

_DOT = Routine(
    "dsp/dot_product",
    "int32_t {symbol}(const int8_t *input, const int8_t *weights, int32_t fours, int32_t sum)",
)


class FullyConnected(Implementation):
    """Rows of weights that start at addresses divisible by 4, as words are loaded from there."""

    op = "FULLY_CONNECTED"
    template = "dsp/fully_connected"

    def applies(self, call: Call[Any], target: Target) -> bool:
        return call.tensor(WEIGHTS).shape[1] % 4 == 0 and input_offset(call) == 0

    def cycles(self, call: Call[Any]) -> float:
        return operator(self.op).macs(call) * 3.5 + call.output.elements * 40

    def kernel(self, call: Call[Any]) -> Kernel:
        return operator(self.op).kernel(call)

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        return {"dot": _DOT}


IMPLEMENTATION = FullyConnected()
