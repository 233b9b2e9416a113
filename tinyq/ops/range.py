"""RANGE: numbers from a beginning to before an end in equal steps, all of them constants.

Source: TFLite kernels/range.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant, require_dtype
from tinyq.ops.literal import Literal


@dataclass(frozen=True)
class RangeOptions(Options):
    """Beginning, end and step."""

    limits: tuple[int, ...]


class Range(Literal[RangeOptions]):
    """Inputs are beginning, end and step."""

    inputs = (3, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> RangeOptions:
        return RangeOptions(tuple(number for tensor in inputs for number in integers(tensor)))

    def check(self, call: Call[RangeOptions]) -> None:
        for index in range(3):
            require_constant(call, call.tensor(index))
            require_dtype(call, call.tensor(index), "int32", "int64")
        limits = call.options.limits
        if len(limits) != 3 or limits[2] == 0 or len(range(*limits)) != call.output.elements:
            call.refuse(f"a range of {list(limits)}", f"beginning, end and step of {call.output.elements} numbers")
        super().check(call)

    def answer(self, call: Call[RangeOptions]) -> Array:
        return np.arange(*call.options.limits)


OPERATOR = Range()
