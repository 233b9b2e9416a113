"""MAX_POOL_2D in float32: the largest of the pixels inside the image; of what can't be compared, the first stays.

Source: TFLite kernels/internal/reference/pooling.h, MaxPool.
"""

import numpy as np

from tinyq.ir.graph import Array
from tinyq.ops.floats.pool import FloatPool
from tinyq.ops.window import Window


class FloatMaxPool2D(FloatPool):
    """Nothing is less than the least finite float32."""

    template = "floats/max_pool_2d"

    def pooled(self, window: Window, images: Array) -> Array:
        least = float(np.finfo(np.float32).min)
        largest = np.array(least, np.float32)
        for _, pixels in window.taps(images, least):
            largest = np.where(pixels > largest, pixels, largest)
        return largest


OPERATOR = FloatMaxPool2D()
