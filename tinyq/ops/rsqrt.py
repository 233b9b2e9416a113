"""RSQRT: 1 over the square root.

Source: TFLM kernels/elementwise.cc, RsqrtEvalQuantized; TFLite kernels/internal/common.h,
GetInvSqrtQuantizedMultiplierExp. The oracle refuses to run on negative numbers; here they count as 0, whose answer is
the greatest there is; so do they in the profile xnnpack, of whose int16 answers the oracle has none right. An output so
coarse that TFLM would shift by more than 31 bits, which C leaves undefined, is refused.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.fixed_point import Int64, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.numerics.inverse_square_root import inverse_square_root
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import LARGEST_SHIFT, QUANTIZED
from tinyq.ops.unary import QuantizedUnary

GREATEST = 2**30  # is clamped
RAISED = 20  # bits by which the root is raised before it is scaled to the output


@dataclass(frozen=True, eq=False)
class RsqrtKernel(Kernel):
    """Multiplier and shift from `2**RAISED` over the square root of an int16 to the output."""

    template: ClassVar[str | None] = "rsqrt"

    elements: int
    raised: int
    scale: tuple[int, int]


class Rsqrt(QuantizedUnary[Options]):
    """Of positive numbers."""

    dtypes = (*QUANTIZED, "float32")

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        if call.input.dtype in QUANTIZED and abs(_scaling(call)[1] - RAISED) > LARGEST_SHIFT:
            call.refuse(
                f"an output scale of {call.output.scale:g} for an input scale of {call.input.scale:g}",
                "an output scale that 1 over the square root fits",
                "the calibration data leave this layer's output almost constant: check them",
            )

    def real(self, options: Options, x: Array) -> Array:
        return np.float32(1.0) / np.sqrt(x)

    def formula(self, call: Call[Options]) -> str:
        return "1.0f / tinyq_square_root(a)"

    def integers(self, call: Call[Options], q: Int64) -> Array:
        multiplier, shift = _scaling(call)
        x = q - call.input.zero_point
        root, root_shift = inverse_square_root(np.maximum(x, 1))
        raised = multiply_by_quantized_multiplier(1, root, root_shift + RAISED)
        scaled = multiply_by_quantized_multiplier(raised, multiplier, shift - RAISED)
        return np.where(x > 0, scaled, GREATEST) + call.output.zero_point

    def computed(self, call: Call[Options]) -> RsqrtKernel:
        multiplier, shift = _scaling(call)
        return RsqrtKernel(call.output.elements, RAISED, (multiplier, shift - RAISED))


def _scaling(call: Call[Options]) -> tuple[int, int]:
    return quantize_multiplier(1.0 / (float(np.sqrt(call.input.scale)) * call.output.scale))


OPERATOR = Rsqrt()
