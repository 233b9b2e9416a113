"""What ADD, SUB, MUL, DIV and the like share: two operands of their own scales, and a clamp by a fused activation."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics.affine import Activation, activation_range
from tinyq.numerics.fixed_point import (
    INT32_MAX,
    INT32_MIN,
    Int64,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from tinyq.numerics.float32 import clamp
from tinyq.ops.base import Call
from tinyq.ops.checks import QUANTIZED, read_activation
from tinyq.ops.elementwise import Elementwise, ElementwiseKernel, loops
from tinyq.ops.floats.activation import clamped


@dataclass(frozen=True)
class ArithmeticOptions(Options):
    """The fused activation."""

    activation: Activation = "NONE"


@dataclass(frozen=True)
class Scaling:
    """`(q - zero_point) * 2**raised * multiplier * 2**(shift - 31)`."""

    zero_point: int = 0
    multiplier: int = 0
    shift: int = 0

    def apply(self, x: Array, raised: int) -> Int64:
        """Raised and scaled values."""
        return multiply_by_quantized_multiplier(
            (x.astype(np.int64) - self.zero_point) << raised, self.multiplier, self.shift
        )

    def result(self, x: Int64) -> Int64:
        """Integers of the output for accumulated `x`."""
        return multiply_by_quantized_multiplier(x, self.multiplier, self.shift) + self.zero_point


PLAIN = Scaling()  # of int32, which is not quantized


@dataclass(frozen=True, eq=False)
class ArithmeticKernel(ElementwiseKernel):
    """Scalings of the operands and of the output, and the range that the activation lets through."""

    first: Scaling
    second: Scaling
    output: Scaling
    low: int
    high: int


class Arithmetic(Elementwise[ArithmeticOptions]):
    """An operator of two operands, int8 or int16, or int32 without scales."""

    inputs = (2, 2)
    dtypes: ClassVar[tuple[DType, ...]] = ("int8", "int16", "int32", "float32")

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ArithmeticOptions:
        return ArithmeticOptions(read_activation(source))

    @abstractmethod
    def scalings(self, call: Call[ArithmeticOptions]) -> tuple[Scaling, Scaling, Scaling]:
        """Of both quantized operands, and of the output."""

    @abstractmethod
    def quantized(self, call: Call[ArithmeticOptions], first: Array, second: Array) -> Int64:
        """Integers of the output for quantized operands, before they are clamped."""

    @abstractmethod
    def plain(self, first: Array, second: Array) -> Array:
        """The same of int32, which wraps at 32 bits, or float32."""

    #: `plain` of the float32 operands `a` and `b`, in C.
    plain_formula: str

    def formula(self, call: Call[ArithmeticOptions]) -> str:
        return clamped(self.plain_formula, call.options.activation)

    def compute(self, call: Call[ArithmeticOptions], operands: Sequence[Array]) -> Array:
        dtype = operands[0].dtype
        with np.errstate(all="ignore"):
            result = self.quantized(call, *operands) if dtype.name in QUANTIZED else self.plain(*operands)
        low, high = self.limits(call)
        return clamp(result, low, high) if dtype == np.float32 else np.clip(result, low, high).astype(dtype)

    def limits(self, call: Call[ArithmeticOptions]) -> tuple[float, float]:
        """The least and greatest output that the activation lets through."""
        dtype, activation = call.tensor(0).dtype, call.options.activation
        if dtype in QUANTIZED:
            output, in_xnnpack = call.output, self.runs_in_xnnpack(call)
            return activation_range(activation, output.scale, output.zero_point, dtype, ties_to_even=in_xnnpack)
        least, most = (INT32_MIN, INT32_MAX) if dtype == "int32" else (-np.inf, np.inf)
        return {"NONE": (least, most), "RELU": (0, most), "RELU6": (0, 6), "RELU_N1_TO_1": (-1, 1)}[activation]

    def kernel(self, call: Call[ArithmeticOptions]) -> ArithmeticKernel:
        dtype = call.tensor(0).dtype
        scalings = self.scalings(call) if dtype in QUANTIZED else (PLAIN, PLAIN, PLAIN)
        low, high = self.limits(call)
        return ArithmeticKernel(loops(call), dtype, *scalings, int(low), int(high))


def over_twice_the_larger(call: Call[Any], power: int, raised: int) -> tuple[Scaling, Scaling, Scaling]:
    """Scalings that bring both operands to twice the larger input scale, and their result to the output.

    Args:
        call: of the operator.
        power: in which the operands' common scale enters the result.
        raised: bits by which the operands are raised before they are scaled.
    """
    first, second = call.tensor(0), call.tensor(1)
    twice_max = 2.0 * max(first.scale, second.scale)
    return (
        Scaling(first.zero_point, *quantize_multiplier(first.scale / twice_max)),
        Scaling(second.zero_point, *quantize_multiplier(second.scale / twice_max)),
        Scaling(
            call.output.zero_point,
            *quantize_multiplier(twice_max**power / (2.0 ** (raised * power) * call.output.scale)),
        ),
    )
