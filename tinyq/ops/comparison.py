"""What the six comparisons share: int8 operands are scaled to steps of 2**-8, other types are taken as they are.

Source: TFLite kernels/internal/reference/comparisons.h, ComparisonWithScaling; kernels/comparisons.cc.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics.fixed_point import quantize_multiplier
from tinyq.ops.arithmetic import PLAIN, Scaling
from tinyq.ops.base import Call, Kernel
from tinyq.ops.elementwise import Elementwise, ElementwiseKernel, loops

RAISED = 8


@dataclass(frozen=True, eq=False)
class ComparisonKernel(ElementwiseKernel):
    """`symbol` is the comparison in C."""

    symbol: str
    first: Scaling
    second: Scaling


class Comparison(Elementwise[Options]):
    """Two operands that broadcast, and a bool."""

    template = "comparison"
    inputs = (2, 2)
    result: ClassVar[DType | None] = "bool"

    dtypes: ClassVar[tuple[DType, ...]] = ("int8", "int32", "float32")

    def __init__(self, compare: Callable[[Array, Array], Array], symbol: str) -> None:
        self.compare, self.symbol = compare, symbol

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        if call.tensor(0).dtype == "int8":
            for tensor in (call.tensor(0), call.tensor(1)):
                if tensor.scale >= 1.0:
                    call.refuse(f"tensor {tensor.name} of scale {tensor.scale:g}", "a scale below 1")

    def compute(self, call: Call[Options], operands: Sequence[Array]) -> Array:
        if call.tensor(0).dtype != "int8":
            return self.compare(operands[0], operands[1])
        first, second = _scalings(call)
        return self.compare(first.apply(operands[0], RAISED), second.apply(operands[1], RAISED))

    def formula(self, call: Call[Options]) -> str:
        return f"a {self.symbol} b"

    def kernel(self, call: Call[Options]) -> Kernel:
        dtype = call.tensor(0).dtype
        return ComparisonKernel(
            loops(call), dtype, self.symbol, *(_scalings(call) if dtype == "int8" else (PLAIN, PLAIN))
        )


def _scalings(call: Call[Options]) -> tuple[Scaling, Scaling]:
    first, second = (
        Scaling(tensor.zero_point, *quantize_multiplier(tensor.scale)) for tensor in (call.tensor(0), call.tensor(1))
    )
    return first, second
