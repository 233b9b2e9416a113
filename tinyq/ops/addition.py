"""What ADD and SUB share: both operands are brought to twice the larger input scale, then summed, then scaled."""

from collections.abc import Callable

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.fixed_point import Int64
from tinyq.ops.arithmetic import Arithmetic, ArithmeticOptions, Scaling, over_twice_the_larger
from tinyq.ops.base import Call

RAISED = 20  # headroom that both inputs are raised by before they are scaled


class Sum(Arithmetic):
    """`combine` adds or subtracts; it is `monotone` if it rises with both operands."""

    def __init__(self, combine: Callable[[Array, Array], Array], *, monotone: bool) -> None:
        self.combine, self.monotone = combine, monotone

    def is_monotone(self, call: Call[ArithmeticOptions]) -> bool:
        return self.monotone and call.output.dtype == "int8"  # int32 wraps

    def check(self, call: Call[ArithmeticOptions]) -> None:
        super().check(call)
        if call.output.dtype == "int8" and self.scalings(call)[2].shift > 0:
            first, second = call.tensor(0), call.tensor(1)
            call.refuse(
                f"an output scale of {call.output.scale:g} for inputs of {first.scale:g} and {second.scale:g}",
                f"an output scale above {max(first.scale, second.scale) / 2 ** (RAISED - 1):g}",
                "the calibration data leave this layer's output almost constant: check them",
            )

    def scalings(self, call: Call[ArithmeticOptions]) -> tuple[Scaling, Scaling, Scaling]:
        return over_twice_the_larger(call, 1, RAISED)

    def quantized(self, call: Call[ArithmeticOptions], first: Array, second: Array) -> Int64:
        scaled_first, scaled_second, output = self.scalings(call)
        return output.result(self.combine(scaled_first.apply(first, RAISED), scaled_second.apply(second, RAISED)))

    def plain(self, first: Array, second: Array) -> Array:
        return np.asarray(self.combine(first, second))
