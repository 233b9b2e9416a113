"""BATCH_MATMUL in float32: each output sums in the order of the depth.

Source: TFLite kernels/internal/reference/batch_matmul.h.
"""

from collections.abc import Sequence

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.float32 import matrix_product
from tinyq.ops.base import Call
from tinyq.ops.batch_matmul import (
    BatchMatmul,
    MatmulOptions,
    MatrixKernel,
    as_multiplied,
    check_matrices,
    matrix_kernel,
)
from tinyq.ops.checks import require_dtype


class FloatBatchMatmul(BatchMatmul):
    """`first @ second`, each [..., rows, columns]."""

    template = "floats/batch_matmul"

    def check(self, call: Call[MatmulOptions]) -> None:
        for tensor in (call.tensor(0), call.tensor(1), call.output):
            require_dtype(call, tensor, "float32")
        check_matrices(call)

    def reference(self, call: Call[MatmulOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            return (matrix_product(*as_multiplied(call, inputs)),)

    def kernel(self, call: Call[MatmulOptions]) -> MatrixKernel:
        return matrix_kernel(call)


OPERATOR = FloatBatchMatmul()
