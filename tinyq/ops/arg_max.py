"""ARG_MAX: where along an axis the largest number is; the first of equal ones.

Source: TFLite kernels/internal/reference/arg_min_max.h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype
from tinyq.ops.loops import Loop
from tinyq.ops.reduce import ReduceOptions, check_axes, read_axes, reduce_loops, reduced_last, with_output_shape


@dataclass(frozen=True, eq=False)
class ArgKernel(Kernel):
    """Loops over what stays walk input and output; along the axis lie `extent` numbers, `stride` apart."""

    kept: tuple[Loop, ...]
    extent: int
    stride: int
    output_type: str
    better: Literal["<", ">"]


class ArgExtreme(Operator[ReduceOptions]):
    """Input 1 holds the one axis; int32 or int64 out."""

    inputs = (2, 2)
    template = "arg_extreme"
    takes_float = True

    def __init__(self, what: str, better: Literal["<", ">"]) -> None:
        self._what, self._better = what, better

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ReduceOptions:
        return read_axes(inputs)

    def check(self, call: Call[ReduceOptions]) -> None:
        require_dtype(call, call.input, "int8", "uint8", "int16", "int32", "float32")
        require_dtype(call, call.output, "int32", "int64")
        check_axes(call, self._what)
        if len(call.options.axes) != 1:
            call.refuse(f"axes {list(call.options.axes)}", "one axis")

    def reference(self, call: Call[ReduceOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        is_better = np.greater if self._better == ">" else np.less
        elements = reduced_last(call, inputs[0])
        best, place = elements[..., 0], np.zeros(elements.shape[:-1], call.output.dtype)
        for i in range(1, elements.shape[-1]):  # in order: what is no number is never better
            better = is_better(elements[..., i], best)
            best, place = np.where(better, elements[..., i], best), np.where(better, place.dtype.type(i), place)
        return (with_output_shape(call, place),)

    def kernel(self, call: Call[ReduceOptions]) -> ArgKernel:
        kept, compared = reduce_loops(call)
        along = compared[0] if compared else Loop(1, (1,))
        return ArgKernel(kept, along.extent, along.strides[0], f"{call.output.dtype}_t", self._better)


OPERATOR = ArgExtreme("place of the largest number", ">")
