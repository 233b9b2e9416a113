"""What ADD and SUB share: both operands are brought to twice the larger input scale, then summed, then scaled.

In the profile xnnpack both are multiplied with integers and the sum is shifted once, where the scales allow it.
Source of the latter: XNNPACK src/microparams-init.c, xnn_init_qs8_add_minmax_scalar_params; src/qs8-vadd/scalar.c.in.
Beyond those scales it is TensorFlow Lite's plain kernel, for its vector code overflows where the output's scale is 256
or more times finer. Of int16 at three powers of two there is another kernel, which aborts the process where an operand
is broadcast: no profile has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.fixed_point import Int64, power_of_two
from tinyq.ops.arithmetic import Arithmetic, ArithmeticKernel, ArithmeticOptions, Scaling, over_twice_the_larger
from tinyq.ops.base import Call
from tinyq.ops.checks import QUANTIZED, require_tflm

#: Headroom that both inputs are raised by before they are scaled.
RAISED: Mapping[str, int] = {"int8": 20, "int16": 15}
XNNPACK_BITS = 20  # of XNNPACK's larger multiplier
# What XNNPACK takes of an input's scale over the output's; beyond it TensorFlow Lite's own kernel runs.
LEAST_RATIO, RATIO_LIMIT = 2.0**-10, 2.0**8


@dataclass(frozen=True)
class ShiftedSum:
    """`(first * q1 + second * q2 + offset) >> shift`, the zero points and the rounding in `offset`."""

    first: int
    second: int
    offset: int
    shift: int


@dataclass(frozen=True, eq=False)
class SumKernel(ArithmeticKernel):
    """`shifted` takes the place of the scalings where it is not None; else operands are `raised` by so many bits."""

    raised: int
    shifted: ShiftedSum | None


class Sum(Arithmetic):
    """`combine` adds or subtracts; it is `monotone` if it rises with both operands."""

    def __init__(self, combine: Callable[[Array, Array], Array], *, monotone: bool) -> None:
        self.combine, self.monotone = combine, monotone
        self.plain_formula = "a + b" if monotone else "a - b"

    def is_monotone(self, call: Call[ArithmeticOptions]) -> bool:
        return self.monotone and call.output.dtype in QUANTIZED  # int32 wraps

    def check(self, call: Call[ArithmeticOptions]) -> None:
        super().check(call)
        if call.output.dtype in QUANTIZED and self.scalings(call)[2].shift > 0:
            first, second = call.tensor(0), call.tensor(1)
            call.refuse(
                f"an output scale of {call.output.scale:g} for inputs of {first.scale:g} and {second.scale:g}",
                f"an output scale above {max(first.scale, second.scale) / 2 ** (RAISED[call.output.dtype] - 1):g}",
                "the calibration data leave this layer's output almost constant: check them",
            )

        scales = [tensor.scale for tensor in (call.tensor(0), call.tensor(1), call.output) if tensor.dtype == "int16"]
        if scales and None not in map(power_of_two, scales):
            require_tflm(call, "the scales of a sum of int16 are not all powers of two")

    def runs_in_xnnpack(self, call: Call[ArithmeticOptions]) -> bool:
        return call.output.dtype == "int8" and self.shifted(call) is not None

    def scalings(self, call: Call[ArithmeticOptions]) -> tuple[Scaling, Scaling, Scaling]:
        return over_twice_the_larger(call, 1, RAISED[call.output.dtype])

    def kernel(self, call: Call[ArithmeticOptions]) -> SumKernel:
        base = super().kernel(call)
        raised = RAISED.get(base.dtype, 0)
        return SumKernel(**vars(base), raised=raised, shifted=self.shifted(call) if base.dtype == "int8" else None)

    def shifted(self, call: Call[Any]) -> ShiftedSum | None:
        """The sum as XNNPACK computes it; None where it does not."""
        first, second, output = (np.float32(tensor.scale) for tensor in (*call.inputs, call.output) if tensor)
        ratios = (first / output, second / output)
        if not call.in_xnnpack or not all(LEAST_RATIO <= ratio < RATIO_LIMIT for ratio in ratios):
            return None
        shift = XNNPACK_BITS - (int(np.frexp(max(ratios))[1]) - 1)
        multipliers = [int(np.rint(np.ldexp(ratio, shift))) for ratio in ratios]
        multipliers[1] = int(self.combine(np.array(0), np.array(multipliers[1])))
        zero_points = (call.tensor(0).zero_point, call.tensor(1).zero_point)
        offset = (1 << (shift - 1)) - multipliers[0] * zero_points[0] - multipliers[1] * zero_points[1]
        return ShiftedSum(multipliers[0], multipliers[1], offset, shift)

    def quantized(self, call: Call[ArithmeticOptions], first: Array, second: Array) -> Int64:
        if (shifted := self.shifted(call)) is not None:
            total = first.astype(np.int64) * shifted.first + second.astype(np.int64) * shifted.second + shifted.offset
            return np.asarray((total >> shifted.shift) + call.output.zero_point)
        scaled_first, scaled_second, output = self.scalings(call)
        raised = RAISED[call.output.dtype]
        return output.result(self.combine(scaled_first.apply(first, raised), scaled_second.apply(second, raised)))

    def plain(self, first: Array, second: Array) -> Array:
        return np.asarray(self.combine(first, second))
