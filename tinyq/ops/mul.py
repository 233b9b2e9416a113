"""MUL: product of two tensors, of different scales in int8, with broadcasting; either may be a constant.

Sources: TFLite kernels/internal/reference/integer_ops/mul.h; TFLM kernels/mul_common.cc. In the profile xnnpack:
XNNPACK src/qs8-vmul, one product in float32, where the scales allow it; beyond them TensorFlow Lite's plain kernel, for
its vector code overflows where the output's scale is 256 or more times finer.
"""

from dataclasses import dataclass

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.fixed_point import Int64, quantize_multiplier
from tinyq.numerics.float_scaling import scale_in_float
from tinyq.ops.arithmetic import Arithmetic, ArithmeticKernel, ArithmeticOptions, Scaling
from tinyq.ops.base import Call
from tinyq.ops.checks import QUANTIZED, require_multiplier

# What XNNPACK takes of the inputs' scales over the output's; beyond it TensorFlow Lite's own kernel runs.
LEAST_RATIO, RATIO_LIMIT = 2.0**-16, 2.0**8


@dataclass(frozen=True, eq=False)
class ProductKernel(ArithmeticKernel):
    """`float_scale` takes the place of the output's scaling where it is not None."""

    float_scale: float | None


class Mul(Arithmetic):
    """The product of the operands less their zero points is scaled once."""

    plain_formula = "a * b"

    def check(self, call: Call[ArithmeticOptions]) -> None:
        super().check(call)
        if call.output.dtype in QUANTIZED:
            require_multiplier(call, _ratio(call))

    def runs_in_xnnpack(self, call: Call[ArithmeticOptions]) -> bool:
        return call.output.dtype == "int8" and _float_scale(call) is not None

    def scalings(self, call: Call[ArithmeticOptions]) -> tuple[Scaling, Scaling, Scaling]:
        first, second, output = call.tensor(0), call.tensor(1), call.output
        scaled = Scaling(output.zero_point, *quantize_multiplier(_ratio(call)))
        return Scaling(first.zero_point), Scaling(second.zero_point), scaled

    def kernel(self, call: Call[ArithmeticOptions]) -> ProductKernel:
        base = super().kernel(call)
        return ProductKernel(**vars(base), float_scale=_float_scale(call) if base.dtype == "int8" else None)

    def quantized(self, call: Call[ArithmeticOptions], first: Array, second: Array) -> Int64:
        factors = [
            operand.astype(np.int64) - tensor.zero_point
            for operand, tensor in ((first, call.tensor(0)), (second, call.tensor(1)))
        ]
        product = factors[0] * factors[1]
        if (scale := _float_scale(call)) is not None:
            zero_point = call.output.zero_point
            return scale_in_float(product, scale, -128 - zero_point, 127 - zero_point) + zero_point
        return self.scalings(call)[2].result(product)

    def plain(self, first: Array, second: Array) -> Array:
        return np.asarray(first * second)


def _float_scale(call: Call[ArithmeticOptions]) -> float | None:
    """What XNNPACK multiplies with; None where it is not asked."""
    first, second, output = (np.float32(tensor.scale) for tensor in (call.tensor(0), call.tensor(1), call.output))
    ratio = first * second / output
    return float(ratio) if call.in_xnnpack and LEAST_RATIO <= ratio < RATIO_LIMIT else None


def _ratio(call: Call[ArithmeticOptions]) -> float:
    """What scales the product; TensorFlow Lite's plain kernel takes it in float32, tflite-micro in double."""
    first, second, output = (tensor.scale for tensor in (call.tensor(0), call.tensor(1), call.output))
    if call.arithmetic == "xnnpack":
        return float(np.float32(first) * np.float32(second) / np.float32(output))
    return first * second / output


OPERATOR = Mul()
