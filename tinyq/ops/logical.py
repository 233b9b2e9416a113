"""What LOGICAL_AND, LOGICAL_OR and LOGICAL_NOT share: bool in and out.

Source: TFLite kernels/logical.cc, kernels/elementwise.cc.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.ops.base import Call, Kernel
from tinyq.ops.elementwise import Elementwise, ElementwiseKernel, loops


@dataclass(frozen=True, eq=False)
class LogicalKernel(ElementwiseKernel):
    """`symbol` is the operator in C; of one operand it stands before it."""

    symbol: str


class Logical(Elementwise[Options]):
    """A function of one or two truth values."""

    template = "logical"
    dtypes: ClassVar[tuple[DType, ...]] = ("bool",)

    def __init__(self, function: Callable[..., Array], symbol: str, operands: int = 2) -> None:
        self.function, self.symbol = function, symbol
        self.inputs = (operands, operands)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def compute(self, call: Call[Options], operands: Sequence[Array]) -> Array:
        return self.function(*operands)

    def kernel(self, call: Call[Options]) -> Kernel:
        return LogicalKernel(loops(call), call.output.dtype, self.symbol)
