"""MAX_POOL_2D: the largest of the pixels inside the image.

Source: TFLite kernels/internal/reference/integer_ops/pooling.h, MaxPool.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels, Operator
from tinyq.ops.overlap import Overlap
from tinyq.ops.pool import (
    PoolKernel,
    PoolOptions,
    check_pool,
    output_range,
    pool_kernel,
    pool_overlaps,
    read_pool,
)
from tinyq.ops.window import merge_batch


class MaxPool2D(Operator[PoolOptions]):
    """Padding never wins: it counts as the least number."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> PoolOptions:
        return read_pool(source, inputs[0])

    def check(self, call: Call[PoolOptions]) -> None:
        check_pool(call)

    def reference(self, call: Call[PoolOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        lowest = np.iinfo(call.input.dtype).min
        taps = (pixels for _, pixels in call.options.window.taps(merge_batch(inputs[0]), lowest))
        outputs = np.clip(reduce(np.maximum, taps), *output_range(call, in_xnnpack=self.runs_in_xnnpack(call)))
        return (outputs.astype(call.output.dtype).reshape(-1, *call.output.shape),)

    def kernel(self, call: Call[PoolOptions]) -> PoolKernel:
        return pool_kernel(call, in_xnnpack=self.runs_in_xnnpack(call))

    def runs_in_xnnpack(self, call: Call[PoolOptions]) -> bool:
        return call.in_xnnpack

    def is_monotone(self, call: Call[PoolOptions]) -> bool:
        return True

    def channels(self, call: Call[PoolOptions]) -> Channels:
        return CHANNEL_BY_CHANNEL

    def overlaps(self, call: Call[PoolOptions]) -> tuple[Overlap, ...]:
        return pool_overlaps(call)


OPERATOR = MaxPool2D()
