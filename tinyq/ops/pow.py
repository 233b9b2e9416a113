"""POW: x to the power of y. In float32 alone; the pass fold_tables makes it a table where y is one number.

Source: TFLite kernels/pow.cc, for float32. tflite-micro lacks it; the oracle is BUILTIN_REF.
"""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.elementwise import Elementwise


class Pow(Elementwise[Options]):
    """By one exponent, as a float32."""

    inputs = (2, 2)
    dtypes: ClassVar[tuple[DType, ...]] = ("float32",)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        exponent = call.tensor(1)
        if exponent.data is None or exponent.elements != 1:
            call.refuse(f"an exponent {exponent.name} of shape {list(exponent.shape)}", "one constant number")

    def compute(self, call: Call[Options], operands: Sequence[Array]) -> Array:
        base, exponent = operands
        (power,) = (float(number) for number in exponent.flat)
        shape = np.broadcast_shapes(base.shape, exponent.shape)
        with np.errstate(all="ignore"):  # an overflow is infinity, as in C
            return rounded(lambda number: _power(number, power), base).reshape(shape)

    def pointers(self, call: Call[Options]) -> tuple[Tensor, ...]:
        return (call.tensor(0),)

    def formula(self, call: Call[Options]) -> str | None:
        exponent = call.tensor(1).data
        return "a * a" if exponent is not None and (exponent == 2).all() else None


def _power(base: float, exponent: float) -> float:
    return math.inf if base == 0.0 and exponent < 0.0 else math.pow(base, exponent)


OPERATOR = Pow()
