"""What REDUCE_MAX, REDUCE_MIN, REDUCE_ANY and REDUCE_ALL share: one of the numbers themselves, along any axes.

A bool is 0 or 1: any of them is their largest, all of them their smallest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_same_quantization
from tinyq.ops.loops import Loop
from tinyq.ops.reduce import ReduceOptions, check_axes, read_axes, reduce_loops, sample_axes, with_output_shape


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

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> ReduceOptions:
        return read_axes(inputs)

    def check(self, call: Call[ReduceOptions]) -> None:
        if self._of_bool:
            require_dtype(call, call.input, "bool")
        else:
            require_dtype(call, call.input, "int8", "uint8", "int16", "int32")
            require_same_quantization(call)
        require_dtype(call, call.output, call.input.dtype)
        check_axes(call, self._what)

    def reference(self, call: Call[ReduceOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        reduce: Callable[..., Array] = np.max if self._better == ">" else np.min
        return (with_output_shape(call, reduce(inputs[0], axis=sample_axes(call))),)

    def kernel(self, call: Call[ReduceOptions]) -> ExtremeKernel:
        c_type = "uint8_t" if call.input.dtype == "bool" else f"{call.input.dtype}_t"
        return ExtremeKernel(*reduce_loops(call), c_type, self._better)

    def is_monotone(self, call: Call[ReduceOptions]) -> bool:
        return True
