"""PRELU: x, and alpha * x below 0, with a constant alpha for each channel, or of any shape that broadcasts.

Source: TFLite kernels/internal/reference/prelu.h; TFLM kernels/prelu_common.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics.fixed_point import quantize_multiplier
from tinyq.ops.arithmetic import Scaling
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import require_multiplier
from tinyq.ops.elementwise import Elementwise, ElementwiseKernel, loops


@dataclass(frozen=True, eq=False)
class PreluKernel(ElementwiseKernel):
    """Zero points of the operands, and the output's scalings from 0 upwards and below."""

    zero_points: tuple[int, int]
    identity: Scaling
    slope: Scaling


class Prelu(Elementwise[Options]):
    """The product below 0 is scaled once."""

    inputs = (2, 2)
    dtypes: ClassVar[tuple[DType, ...]] = ("int8", "float32")

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        if call.output.dtype == "int8":
            for ratio in _ratios(call):
                require_multiplier(call, ratio)

    def compute(self, call: Call[Options], operands: Sequence[Array]) -> Array:
        x, alpha = operands
        if x.dtype == np.float32:
            return np.where(x >= 0, x, x * alpha)
        identity, slope = _scalings(call)
        x = x.astype(np.int64) - call.input.zero_point
        product = x * (alpha.astype(np.int64) - call.tensor(1).zero_point)
        return np.clip(np.where(x >= 0, identity.result(x), slope.result(product)), -128, 127).astype(np.int8)

    def formula(self, call: Call[Options]) -> str:
        return "a >= 0.0f ? a : a * b"

    def kernel(self, call: Call[Options]) -> Kernel:
        zero_points = (call.input.zero_point, call.tensor(1).zero_point)
        return PreluKernel(loops(call), call.output.dtype, zero_points, *_scalings(call))


def _ratios(call: Call[Options]) -> tuple[float, float]:
    """The multipliers from 0 upwards, and below."""
    identity = call.input.scale / call.output.scale
    return identity, call.input.scale * call.tensor(1).scale / call.output.scale


def _scalings(call: Call[Options]) -> tuple[Scaling, Scaling]:
    identity, slope = (Scaling(call.output.zero_point, *quantize_multiplier(ratio)) for ratio in _ratios(call))
    return identity, slope


OPERATOR = Prelu()
