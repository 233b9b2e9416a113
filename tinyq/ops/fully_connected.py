"""FULLY_CONNECTED: int8 or 16x8 dense layer, int8 or int4 weights of one scale or one a channel, any input rank.

Source: TFLite kernels/internal/reference/integer_ops/fully_connected.h; TFLM kernels/fully_connected_common.cc. In the
profile xnnpack, int16 is scaled by one product in double precision where the bias has 64 bits, else with ties upwards
(ruy/apply_multiplier.cc). There int4 weights are XNNPACK's src/qs8-qc4w-gemm, but for two of its limits: its sums wrap
around beyond 2**27, and of an odd depth TensorFlow Lite's vector code runs instead, whose ties go another way on each
processor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.accumulate import WEIGHTS, AccumulateOptions, check_accumulate
from tinyq.ops.accumulating import Accumulating, output_constants
from tinyq.ops.accumulating_kernel import AccumulatingKernel, accumulating_kernel
from tinyq.ops.base import Along, Call, Channels
from tinyq.ops.checks import read_activation, require_rank
from tinyq.ops.overlap import Overlap, lead_of


@dataclass(frozen=True, eq=False)
class DenseKernel(AccumulatingKernel):
    """Weights [channels, depth]."""

    channels: int
    depth: int
    rows: int


class FullyConnected(Accumulating[AccumulateOptions]):
    """`rows` times a product with the weight matrix."""

    inputs = (2, 3)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> AccumulateOptions:
        return AccumulateOptions(read_activation(source))

    def check(self, call: Call[AccumulateOptions]) -> None:
        weights = call.tensor(WEIGHTS)
        require_rank(call, weights, 2)
        channels, depth = weights.shape
        if call.input.elements % depth:
            call.refuse(
                f"an input of {call.input.elements} numbers", f"a multiple of {depth}, the depth of the weights"
            )
        if call.output.elements != call.input.elements // depth * channels:
            call.refuse(
                f"an output of shape {list(call.output.shape)}",
                f"{call.input.elements // depth} rows of {channels} numbers",
            )
        check_accumulate(call, channels)

    def sums(self, call: Call[AccumulateOptions], values: Array, weights: Array, padding: int) -> Array:
        rows = values.reshape(-1, weights.shape[1]).astype(np.float64)
        # Integers far below 2**53: exact in float64.
        sums: Array = (rows @ weights.T.astype(np.float64)).astype(np.int64)
        return sums

    def channels(self, call: Call[AccumulateOptions]) -> Channels | None:
        channels, depth = call.tensor(WEIGHTS).shape
        pixel = call.input.shape[-1] if call.input.shape else 1
        if depth % pixel or call.output.shape[-1:] != (channels,):
            return None
        return Channels(output_constants(call), (Along(WEIGHTS, 1),))

    def kernel(self, call: Call[AccumulateOptions]) -> DenseKernel:
        channels, depth = call.tensor(WEIGHTS).shape
        return DenseKernel(
            **vars(accumulating_kernel(call, channels)),
            channels=channels,
            depth=depth,
            rows=call.input.elements // depth,
        )

    def overlaps(self, call: Call[AccumulateOptions]) -> tuple[Overlap, ...]:
        channels, depth = call.tensor(WEIGHTS).shape
        needed = np.arange(call.input.elements // depth + 1)
        size = np.dtype(call.input.dtype).itemsize
        return (Overlap(call.input, lead_of(needed, depth * size, channels * size, read_first=False)),)

    def macs(self, call: Call[AccumulateOptions]) -> int:
        return call.output.elements * call.tensor(WEIGHTS).shape[1]


OPERATOR = FullyConnected()
