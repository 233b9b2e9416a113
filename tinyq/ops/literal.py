"""What operators share whose outputs are known at build time whatever their inputs hold.

The importer makes constants of them; a kernel is needed only where the model itself answers with such an output.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_shape

O = TypeVar("O", bound=Options)


@dataclass(frozen=True, eq=False)
class LiteralKernel(Kernel):
    """What is copied to the output."""

    values: Array


class Literal(Operator[O]):
    """int32 or int64 numbers."""

    template = "literal"

    @abstractmethod
    def answer(self, call: Call[O]) -> Array:
        """The numbers."""

    def check(self, call: Call[O]) -> None:
        require_dtype(call, call.output, "int32", "int64")
        require_shape(call, call.output, self.answer(call).shape)

    def reference(self, call: Call[O], inputs: Sequence[Array]) -> tuple[Array, ...]:
        samples = len(inputs[0]) if inputs else 1
        numbers = self.answer(call).astype(call.output.dtype)
        return (np.broadcast_to(numbers, (samples, *numbers.shape)).copy(),)

    def kernel(self, call: Call[O]) -> LiteralKernel:
        return LiteralKernel(self.answer(call).astype(call.output.dtype))

    def is_known(self, call: Call[O]) -> bool:
        return True

    def pointers(self, call: Call[O]) -> tuple[Tensor, ...]:
        return ()
