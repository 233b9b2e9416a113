"""LOG_SOFTMAX in float32: differences from the largest number, less the logarithm of the sum of their exponentials.

Source: TFLite kernels/internal/reference/log_softmax.h, LogSoftmax.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import sum_in_order
from tinyq.numerics.real import rounded
from tinyq.ops.base import Call
from tinyq.ops.floats.softmax import FloatSoftmax, row_maximum
from tinyq.ops.softmax import SoftmaxOptions


class FloatLogSoftmax(FloatSoftmax):
    """Over the last dimension."""

    template = "floats/log_softmax"

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> SoftmaxOptions:
        return SoftmaxOptions()

    def reference(self, call: Call[SoftmaxOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            differences = inputs[0] - row_maximum(inputs[0])
            total = sum_in_order(rounded(math.exp, differences), axis=-1)[..., np.newaxis]
            return (differences - rounded(math.log, total),)


OPERATOR = FloatLogSoftmax()
