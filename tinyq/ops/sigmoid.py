"""What LOGISTIC and TANH share: an input in Q4.27, saturated where it leaves that format; of int16 in Q3.12.

Source of the latter: TFLM kernels/logistic_common.cc and kernels/tanh.cc; TFLite kernels/kernel_util.cc, CheckedLog2,
and kernels/activations.cc, which takes polynomials where the scale is a power of two.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.fixed_point import Int64, multiply_by_quantized_multiplier, power_of_two, quantize_multiplier
from tinyq.numerics.sigmoid16 import SIGMOID_TABLE
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import QUANTIZED
from tinyq.ops.unary import QuantizedUnary

INTEGER_BITS = 4
LEAST_SCALE = 2.0**-28  # below it the oracle's shift for the input leaves its range
LARGEST_FACTOR = 2**16 - 1  # of an int16, so that their product stays within 32 bits


@dataclass(frozen=True, eq=False)
class SigmoidKernel(Kernel):
    """`function` of `(x * factor + 2**(shift - 1)) >> shift`, where the runtime has tinyq_<function>.

    Without a table it is a polynomial of `x * factor`, saturated.
    """

    template: ClassVar[str | None] = "sigmoid"

    elements: int
    function: str
    factor: int
    shift: int
    table: Array | None


class Sigmoid(QuantizedUnary[Options]):
    """Of an input of any scale; the output's is fixed.

    Attributes:
        scale: of an int8 output.
        zero_point: of an int8 output.
        function: what the C runtime calls its int16 form.
        polynomial: what it calls the polynomial of int16 numbers.
        left_shifts: n where the int16 form takes scales of 2**(n - 12) as they are.
    """

    dtypes = (*QUANTIZED, "float32")
    scale: ClassVar[float]
    zero_point: ClassVar[int]
    function: ClassVar[str]
    polynomial: ClassVar[str]
    left_shifts: ClassVar[tuple[int, ...]]

    @abstractmethod
    def from_q4(self, q4: Int64) -> Int64:
        """int8 answers to numbers in Q4.27."""

    @abstractmethod
    def from_q3(self, q3: Int64) -> Int64:
        """int16 answers to numbers in Q3.12, by polynomials of 16 bits."""

    @abstractmethod
    def from_thirds(self, x: Int64) -> Int64:
        """int16 answers to numbers in thirds of 2**-12."""

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        if call.input.dtype not in QUANTIZED:
            return
        scale, zero_point = (2.0**-15, 0) if call.input.dtype == "int16" else (self.scale, self.zero_point)
        if (call.output.scale, call.output.zero_point) != (scale, zero_point):
            call.refuse(
                f"output scale {call.output.scale:.9g}, zero point {call.output.zero_point}",
                f"scale 1/{1 / scale:g}, zero point {zero_point}, as every converter gives it",
            )
        if call.input.scale < LEAST_SCALE:
            call.refuse(f"an input scale of {call.input.scale:g}", "2**-28 and more")
        if call.input.dtype == "int16" and self._factor(call)[0] > LARGEST_FACTOR:
            call.refuse(f"an input scale of {call.input.scale:g}", f"less than {2**16 / (3 * 2**12):g}")

    def integers(self, call: Call[Options], q: Int64) -> Array:
        if call.input.dtype == "int8":
            return _in_q4(call, q, self.from_q4)
        if (left := self._polynomial_shift(call)) is not None:
            return self.from_q3(np.clip(q << left, -(2**15), 2**15 - 1))
        factor, shift = self._factor(call)
        return self.from_thirds((q * factor + ((1 << shift) >> 1)) >> shift)

    def computed(self, call: Call[Options]) -> SigmoidKernel:
        if (left := self._polynomial_shift(call)) is not None:
            return SigmoidKernel(call.output.elements, self.polynomial, 1 << left, 0, None)
        return SigmoidKernel(call.output.elements, self.function, *self._factor(call), SIGMOID_TABLE)

    def _factor(self, call: Call[Options]) -> tuple[int, int]:
        """`(factor, shift)` from int16 numbers to thirds of 2**-12; the factor has 15 bits, the rest is cut off."""
        if (left := self._left_shift(call)) is not None:
            return 3 << left, 0
        factor, shift = call.input.scale * 3 * 2**12, 0
        while factor <= (2**15 - 1) / 2 and shift <= 30:
            factor, shift = factor * 2, shift + 1
        return int(factor), shift

    def _polynomial_shift(self, call: Call[Options]) -> int | None:
        """As `_left_shift`, but None in the profile tflm, which knows no polynomials of int16 numbers."""
        return self._left_shift(call) if call.arithmetic == "xnnpack" else None

    def _left_shift(self, call: Call[Options]) -> int | None:
        """By how much int16 numbers are shifted where their scale is taken as it is, as a power of two."""
        exponent = power_of_two(call.input.scale)
        return exponent + 12 if exponent is not None and exponent + 12 in self.left_shifts else None


def _in_q4(call: Call[Any], q: Int64, function: Callable[[Int64], Int64]) -> Int64:
    """`function` of the inputs `q` in Q4.27; beyond the radius that format holds, the least or greatest int8.

    Source of the radius: TFLite kernels/internal/quantization_util.cc, CalculateInputRadius.
    """
    multiplier, shift = quantize_multiplier(call.input.scale * 2.0 ** (31 - INTEGER_BITS))
    x = q - call.input.zero_point
    radius = ((2**INTEGER_BITS - 1) << (31 - INTEGER_BITS)) / 2.0**shift
    inside = np.abs(x) < np.floor(radius)
    answers = function(multiply_by_quantized_multiplier(np.where(inside, x, 0), multiplier, shift))
    return np.where(inside, answers, np.where(x > 0, 127, -128))
