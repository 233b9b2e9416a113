"""GELU: x times the normal distribution function of x, or its approximation by tanh.

Source: TFLite kernels/internal/reference/gelu.h. tflite-micro lacks it; the oracle is BUILTIN_REF.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.float32 import c_float
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.interpolated import Interpolated

HALF = np.float32(0.5)
SQRT_HALF = np.float32(math.sqrt(0.5))
SQRT_2_OVER_PI = np.float32(math.sqrt(2.0 / math.pi))
CUBIC = np.float32(0.044715)


@dataclass(frozen=True)
class GeluOptions(Options):
    """Whether tanh approximates the distribution function."""

    approximate: bool = False


class Gelu(Interpolated[GeluOptions]):
    """By erfc, which is exact for large negative x as well."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> GeluOptions:
        return GeluOptions(bool(source is not None and source.approximate))

    def real(self, options: GeluOptions, x: Array) -> Array:
        if options.approximate:
            return HALF * x * (np.float32(1.0) + rounded(math.tanh, SQRT_2_OVER_PI * (x + CUBIC * x * x * x)))
        return HALF * x * rounded(math.erfc, x * -SQRT_HALF)

    def formula(self, call: Call[GeluOptions]) -> str | None:
        if not call.options.approximate:
            return None
        inside = f"{c_float(SQRT_2_OVER_PI)} * (a + {c_float(CUBIC)} * a * a * a)"
        return f"0.5f * a * (1.0f + tinyq_tanh({inside}))"


OPERATOR = Gelu()
