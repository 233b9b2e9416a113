"""AVERAGE_POOL_2D: the mean of the pixels inside the image, rounded half away from zero.

Source: TFLite kernels/internal/reference/integer_ops/pooling.h, AveragePool.
"""

from collections.abc import Sequence
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


class AveragePool2D(Operator[PoolOptions]):
    """Padding is not counted."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> PoolOptions:
        return read_pool(source, inputs[0])

    def check(self, call: Call[PoolOptions]) -> None:
        check_pool(call)

    def reference(self, call: Call[PoolOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        images = merge_batch(inputs[0]).astype(np.int64)
        window = call.options.window
        total = sum(pixels for _, pixels in window.taps(images, 0))
        count = sum(pixels for _, pixels in window.taps(np.ones_like(images), 0))
        magnitude = (np.abs(total) + count // 2) // count
        outputs = np.clip(np.sign(total) * magnitude, *output_range(call)).astype(call.output.dtype)
        return (outputs.reshape(-1, *call.output.shape),)

    def kernel(self, call: Call[PoolOptions]) -> PoolKernel:
        return pool_kernel(call)

    def is_monotone(self, call: Call[PoolOptions]) -> bool:
        return True

    def channels(self, call: Call[PoolOptions]) -> Channels:
        return CHANNEL_BY_CHANNEL

    def overlaps(self, call: Call[PoolOptions]) -> tuple[Overlap, ...]:
        return pool_overlaps(call)


OPERATOR = AveragePool2D()
