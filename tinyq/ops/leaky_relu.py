"""LEAKY_RELU: x, and alpha * x below 0.

Sources: TFLite kernels/internal/reference/leaky_relu.h, QuantizeLeakyRelu; TFLM kernels/leaky_relu_common.cc. In the
profile xnnpack: XNNPACK src/qs8-vlrelu, whose multipliers have 8 bits of fraction, where the ratios allow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.fixed_point import Int64
from tinyq.numerics.float32 import c_float
from tinyq.ops.base import Call
from tinyq.ops.slopes import Slopes, TwoSlopes, is_plain_int16, scale_ratio

LEAST_NEGATIVE = 127.99609375  # of the ratios that XNNPACK takes; beyond them TensorFlow Lite's own kernel runs


@dataclass(frozen=True)
class LeakyReluOptions(Options):
    """The slope below 0."""

    alpha: float


class LeakyRelu(TwoSlopes[LeakyReluOptions]):
    """Two multipliers, one for each side of 0."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> LeakyReluOptions:
        return LeakyReluOptions(float(source.alpha))

    def real(self, options: LeakyReluOptions, x: Array) -> Array:
        return np.where(x > 0, x, x * np.float32(options.alpha))

    def formula(self, call: Call[LeakyReluOptions]) -> str:
        return f"a > 0.0f ? a : a * {c_float(call.options.alpha)}"

    def slopes(self, call: Call[LeakyReluOptions]) -> Slopes:
        ratio = scale_ratio(call)
        if is_plain_int16(call):  # where a product with a negative slope rounds as its own positive one
            below = np.float32(call.input.scale) * np.float32(call.options.alpha) / np.float32(call.output.scale)
            return Slopes(ratio, float(abs(below)), mirrored=bool(below < 0))
        return Slopes(ratio, call.input.scale * call.options.alpha / call.output.scale)

    def xnnpack(self, call: Call[LeakyReluOptions], q: Int64) -> Array | None:
        positive = np.float32(call.input.scale) / np.float32(call.output.scale)
        negative = positive * np.float32(call.options.alpha)
        if not 2.0**-8 <= positive <= 2.0**7 or not (
            -LEAST_NEGATIVE <= negative <= 2.0**7 and abs(negative) >= 2.0**-8
        ):
            return None
        x = q - call.input.zero_point
        slopes = [int(np.rint(np.float32(256.0) * ratio)) for ratio in (positive, negative)]
        return ((np.where(x >= 0, x * slopes[0], x * slopes[1]) + 128) >> 8) + call.output.zero_point


OPERATOR = LeakyRelu()
