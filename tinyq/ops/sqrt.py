"""SQRT: square root.

Source: TFLite kernels/elementwise.cc, SqrtEvalQuantized, which cuts fractions off instead of rounding, and refuses to
run on negative numbers; here their root is 0. tflite-micro has no int8 form; the oracle is BUILTIN_REF.
"""

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.affine import dequantize
from tinyq.numerics.fixed_point import Int64
from tinyq.ops.base import Call
from tinyq.ops.unary import QuantizedUnary


class Sqrt(QuantizedUnary[Options]):
    """Of numbers that are not negative."""

    def real(self, options: Options, x: Array) -> Array:
        return np.sqrt(x)

    def formula(self, call: Call[Options]) -> str:
        return "tinyq_square_root(a)"

    def integers(self, call: Call[Options], q: Int64) -> Array:
        zero_point = call.input.zero_point
        root = np.sqrt(dequantize(np.maximum(q, zero_point), call.input.scale, zero_point))
        return np.trunc(np.minimum(root / np.float32(call.output.scale), 512)).astype(np.int64) + call.output.zero_point


OPERATOR = Sqrt()
