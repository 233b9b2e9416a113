"""What REDUCE_MAX, REDUCE_MIN, REDUCE_ANY and REDUCE_ALL share: one of the numbers themselves, along any axes.

A bool is 0 or 1: any of them is their largest, all of them their smallest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_same_quantization
from tinyq.ops.loops import Loop
from tinyq.ops.reduce import ReduceOptions, check_axes, read_axes, reduce_loops, reduced_last, with_output_shape


@dataclass(frozen=True, eq=False)
class ExtremeKernel(Kernel):
    """Loops over what stays walk input and output, loops over what is compared walk the input."""

    kept: tuple[Loop, ...]
    compared: tuple[Loop, ...]
    c_type: str
    better: Literal["<", ">"]


class Extreme(Operator[ReduceOptions]):
    """Input 1 holds the axes; quantization does not change."""

    inputs = (2, 2)
    template = "reduce_extreme"

    def __init__(self, what: str, better: Literal["<", ">"], *, of_bool: bool = False) -> None:
        self._what, self._better, self._of_bool = what, better, of_bool
        self.takes_float = not of_bool

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ReduceOptions:
        return read_axes(inputs)

    def check(self, call: Call[ReduceOptions]) -> None:
        if self._of_bool:
            require_dtype(call, call.input, "bool")
        else:
            require_dtype(call, call.input, "int8", "uint8", "int16", "int32", "float32")
            require_same_quantization(call)
        require_dtype(call, call.output, call.input.dtype)
        check_axes(call, self._what)

    def reference(self, call: Call[ReduceOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        is_better = np.greater if self._better == ">" else np.less
        elements = reduced_last(call, inputs[0])
        best = elements[..., 0]
        for i in range(1, elements.shape[-1]):  # in order: what is no number is never better
            best = np.where(is_better(elements[..., i], best), elements[..., i], best)
        return (with_output_shape(call, best),)

    def kernel(self, call: Call[ReduceOptions]) -> ExtremeKernel:
        c_types = {"bool": "uint8_t", "float32": "float"}
        c_type = c_types.get(call.input.dtype, f"{call.input.dtype}_t")
        return ExtremeKernel(*reduce_loops(call), c_type, self._better)

    def is_monotone(self, call: Call[ReduceOptions]) -> bool:
        return True
