"""SQUARED_DIFFERENCE: `(a - b)**2` of two tensors of different scales, with broadcasting.

Source: TFLM kernels/squared_difference.cc. The same in the profile xnnpack: TensorFlow Lite answers as here, but aborts
the process where the output's scale is 4096 or more times finer than the squares'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.fixed_point import Int64
from tinyq.ops.arithmetic import Arithmetic, ArithmeticKernel, ArithmeticOptions, Scaling, over_twice_the_larger
from tinyq.ops.base import Call
from tinyq.ops.checks import LARGEST_SHIFT, QUANTIZED

#: As far as the square of a difference still fits int32.
RAISED: Mapping[str, int] = {"int8": 7, "int16": 0}


@dataclass(frozen=True, eq=False)
class SquareKernel(ArithmeticKernel):
    """Both operands are `raised` by so many bits before they are scaled."""

    raised: int


class SquaredDifference(Arithmetic):
    """Both operands are brought to twice the larger input scale, subtracted and squared, then scaled."""

    plain_formula = "(a - b) * (a - b)"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ArithmeticOptions:
        return ArithmeticOptions()

    def check(self, call: Call[ArithmeticOptions]) -> None:
        super().check(call)
        if call.output.dtype in QUANTIZED and self.scalings(call)[2].shift > LARGEST_SHIFT:
            call.refuse(
                f"an output scale of {call.output.scale:g}",
                "one that squares of the input's scale fit",
                "the calibration data leave this layer's output almost constant: check them",
            )

    def scalings(self, call: Call[ArithmeticOptions]) -> tuple[Scaling, Scaling, Scaling]:
        return over_twice_the_larger(call, 2, RAISED[call.output.dtype])

    def kernel(self, call: Call[ArithmeticOptions]) -> SquareKernel:
        base = super().kernel(call)
        return SquareKernel(**vars(base), raised=RAISED.get(base.dtype, 0))

    def quantized(self, call: Call[ArithmeticOptions], first: Array, second: Array) -> Int64:
        scaled_first, scaled_second, output = self.scalings(call)
        raised = RAISED[call.output.dtype]
        difference = scaled_first.apply(first, raised) - scaled_second.apply(second, raised)
        return output.result(difference * difference)

    def plain(self, first: Array, second: Array) -> Array:
        difference = first - second
        return np.asarray(difference * difference)


OPERATOR = SquaredDifference()
