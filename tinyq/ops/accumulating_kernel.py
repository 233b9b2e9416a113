"""What the kernel templates of all operators that accumulate products see."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.fixed_point import INT32_MAX
from tinyq.ops.accumulate import WEIGHTS, bias_of, input_offset, is_wide, largest_sums, stored_weights
from tinyq.ops.base import Call, Kernel
from tinyq.ops.output_stage import OutputStage, one_or_all, output_stage


@dataclass(frozen=True, eq=False)
class AccumulatingKernel(Kernel):
    """Weights in the layout of the .tflite file; multipliers and shifts are one number where all channels share it.

    Attributes:
        is_int4: whether `weights` are int4 numbers, two a byte.
        bias: in the type of the sums.
        input_offset: added to each input before it is multiplied.
        c_type: of inputs and outputs.
        sum_type: C type of the sums: int32_t wherever the weights prove that no sum leaves 32 bits; else int64_t, or
            uint32_t where the oracle's sums of 32 bits wrap around.
    """

    weights: Array
    is_int4: bool
    bias: Array
    stage: OutputStage
    multipliers: Array | int | float
    shifts: Array | int | float
    input_offset: int
    c_type: str
    sum_type: str


def accumulating_kernel(call: Call[Any], channels: int) -> AccumulatingKernel:
    """The fields that all have."""
    stage = output_stage(call, channels)
    sum_type = "int64_t" if is_wide(call) else "uint32_t"
    if largest_sums(call, channels).max() <= INT32_MAX:
        sum_type = "int32_t"
    return AccumulatingKernel(
        weights=stored_weights(call),
        is_int4=call.tensor(WEIGHTS).dtype == "int4",
        bias=bias_of(call, channels).astype(np.int64 if sum_type == "int64_t" else np.int32),
        stage=stage,
        multipliers=one_or_all(stage.multipliers),
        shifts=one_or_all(stage.shifts),
        input_offset=input_offset(call),
        c_type=f"{call.input.dtype}_t",
        sum_type=sum_type,
    )
