"""RANGE: numbers from a beginning to before an end in equal steps, all of them constants.

Source: TFLite kernels/range.cc.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant, require_dtype
from tinyq.ops.literal import Literal


class Range(Literal):
    """Inputs are beginning, end and step."""

    inputs = (3, 3)

    def answer(self, call: Call[Options]) -> Array:
        begin, end, step = (integers(tensor)[0] for tensor in call.inputs)
        return np.arange(begin, end, step)

    def check(self, call: Call[Options]) -> None:
        for index in range(3):
            require_constant(call, call.tensor(index))
            require_dtype(call, call.tensor(index), "int32", "int64")
            if call.tensor(index).elements != 1:
                call.refuse(f"{call.tensor(index).elements} numbers as beginning, end or step", "one")
        if integers(call.tensor(2)) == (0,):
            call.refuse("a step of 0", "other steps")
        super().check(call)


OPERATOR = Range()
