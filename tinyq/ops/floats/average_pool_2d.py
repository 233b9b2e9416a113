"""AVERAGE_POOL_2D in float32: the pixels inside the image are summed row by row, then divided by their number.

Source: TFLite kernels/internal/reference/pooling.h, AveragePool.
"""

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.float32 import sum_of
from tinyq.ops.floats.pool import FloatPool
from tinyq.ops.window import Window


class FloatAveragePool2D(FloatPool):
    """Padding is not counted."""

    template = "floats/average_pool_2d"

    def pooled(self, window: Window, images: Array) -> Array:
        count = sum_of(pixels for _, pixels in window.taps(np.ones_like(images), 0))
        with np.errstate(all="ignore"):
            return np.asarray(sum_of(pixels for _, pixels in window.taps(images, 0)) / count)


OPERATOR = FloatAveragePool2D()
