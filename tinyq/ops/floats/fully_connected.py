"""FULLY_CONNECTED in float32: each output sums in the order of the inputs.

Source: TFLite kernels/internal/reference/fully_connected.h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import matrix_product
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Call, Operator
from tinyq.ops.checks import read_activation, require_rank
from tinyq.ops.floats.accumulate import (
    FloatKernel,
    FloatOptions,
    check_float,
    finished,
    float_bias,
    real_weights,
    rows_overlap,
    stored_weights,
)
from tinyq.ops.floats.activation import limits
from tinyq.ops.overlap import Overlap


@dataclass(frozen=True, eq=False)
class FloatDenseKernel(FloatKernel):
    """Weights [channels, depth]."""

    rows: int
    channels: int
    depth: int


class FloatFullyConnected(Operator[FloatOptions]):
    """`rows` times a product with the weight matrix."""

    inputs = (2, 3)
    weight_axis = 0
    template = "floats/fully_connected"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> FloatOptions:
        return FloatOptions(read_activation(source))

    def check(self, call: Call[FloatOptions]) -> None:
        weights = call.tensor(WEIGHTS)
        require_rank(call, weights, 2)
        channels, depth = weights.shape
        if call.input.elements % depth or call.output.elements != call.input.elements // depth * channels:
            call.refuse(
                f"an input of shape {list(call.input.shape)} and an output of shape {list(call.output.shape)}",
                f"rows of {depth} numbers in and of {channels} out",
            )
        check_float(call, channels, self.weight_axis)

    def reference(self, call: Call[FloatOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights = real_weights(call)
        with np.errstate(all="ignore"):
            sums = matrix_product(inputs[0].reshape(-1, weights.shape[1]), weights.T)
        return (finished(call, sums),)

    def kernel(self, call: Call[FloatOptions]) -> FloatDenseKernel:
        channels, depth = call.tensor(WEIGHTS).shape
        low, high = limits(call.options.activation)
        return FloatDenseKernel(
            **stored_weights(call),
            bias=float_bias(call),
            low=low,
            high=high,
            rows=call.input.elements // depth,
            channels=channels,
            depth=depth,
        )

    def overlaps(self, call: Call[FloatOptions]) -> tuple[Overlap, ...]:
        return (rows_overlap(call, call.input.elements // call.tensor(WEIGHTS).shape[1]),)

    def macs(self, call: Call[FloatOptions]) -> int:
        return call.output.elements * call.tensor(WEIGHTS).shape[1]


OPERATOR = FloatFullyConnected()
