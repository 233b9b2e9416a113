"""What MAXIMUM and MINIMUM share: operands and output of one scale, so that integers are compared as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import require_one_quantization
from tinyq.ops.elementwise import Elementwise, ElementwiseKernel, loops


@dataclass(frozen=True, eq=False)
class ExtremumKernel(ElementwiseKernel):
    """`symbol` compares the first operand with the second in C: where it holds, the first is the answer."""

    symbol: str


class Extremum(Elementwise[Options]):
    """The larger or the smaller of two."""

    template = "extremum"
    inputs = (2, 2)
    dtypes: ClassVar[tuple[DType, ...]] = ("int8", "int16", "int32", "float32")

    def __init__(self, choose: Callable[[Array, Array], Array], symbol: str) -> None:
        self.choose, self.symbol = choose, symbol

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        require_one_quantization(call, call.tensor(0), call.tensor(1))

    def is_monotone(self, call: Call[Options]) -> bool:
        return True

    def compute(self, call: Call[Options], operands: Sequence[Array]) -> Array:
        return self.choose(operands[0], operands[1])

    def formula(self, call: Call[Options]) -> str:
        return f"a {self.symbol} b ? a : b"

    def kernel(self, call: Call[Options]) -> Kernel:
        return ExtremumKernel(loops(call), call.output.dtype, self.symbol)
