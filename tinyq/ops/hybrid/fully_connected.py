"""FULLY_CONNECTED with int8 weights and an input that is quantized at run time, row by row.

Source: TFLite kernels/fully_connected.cc, EvalHybrid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.dynamic import quantize_rows
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Call
from tinyq.ops.convolution import weights_of
from tinyq.ops.floats.accumulate import FloatOptions, finished
from tinyq.ops.floats.fully_connected import FloatDenseKernel, FloatFullyConnected
from tinyq.ops.hybrid.accumulate import check_hybrid, quantized_bytes, quantized_overlap, weight_scales
from tinyq.ops.overlap import Overlap


@dataclass(frozen=True)
class HybridDenseOptions(FloatOptions):
    """Whether the input's zero point is always 0, besides."""

    is_symmetric: bool = False


@dataclass(frozen=True, eq=False)
class HybridDenseKernel(FloatDenseKernel):
    """What the template sees; whether the input's zero point is always 0."""

    is_symmetric: bool


class HybridFullyConnected(FloatFullyConnected):
    """`rows` times a product with the weight matrix."""

    template = "hybrid/fully_connected"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> HybridDenseOptions:
        options = super().read(source, inputs, outputs)
        return HybridDenseOptions(options.activation, not source.asymmetricQuantizeInputs)

    def check(self, call: Call[Any]) -> None:
        super().check(call)
        check_hybrid(call, self.weight_axis)

    def reference(self, call: Call[Any], inputs: Sequence[Array]) -> tuple[Array, ...]:
        weights = weights_of(call).astype(np.int64)
        rows, scale = quantize_rows(inputs[0].reshape(-1, weights.shape[1]), symmetric=call.options.is_symmetric)
        with np.errstate(all="ignore"):
            return (finished(call, (rows @ weights.T).astype(np.float32) * (scale * weight_scales(call))),)

    def kernel(self, call: Call[Any]) -> HybridDenseKernel:
        return HybridDenseKernel(**vars(super().kernel(call)), is_symmetric=call.options.is_symmetric)

    def scratch_bytes(self, call: Call[Any]) -> int:
        return quantized_bytes(call.tensor(WEIGHTS).shape[1])

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return (quantized_overlap(call.input, call.output, call.input.elements // call.tensor(WEIGHTS).shape[1]),)


OPERATOR = HybridFullyConnected()
