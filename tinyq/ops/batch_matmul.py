"""BATCH_MATMUL: int8 or int16 matrix products, of computed matrices or constant ones, over dimensions that broadcast.

Source: TFLite kernels/internal/reference/batch_matmul.h; TFLM kernels/batch_matmul.cc.
In the profile xnnpack: XNNPACK src/qs8-gemm, one product in float32, where the second matrices are int8 with zero
point 0; elsewhere TensorFlow Lite's plain kernel, as above, even where the output's scale is 256 or more times finer,
at which XNNPACK aborts the process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.fixed_point import (
    INT32_MAX,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
    reduced_multiplier,
    scale_wide,
)
from tinyq.numerics.float_scaling import scale_in_float
from tinyq.ops.accumulate import LARGEST_WIDE_SUM
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import (
    LARGEST_SHIFT,
    LARGEST_WIDE_SHIFT,
    require_activations,
    require_multiplier,
    require_shape,
)
from tinyq.ops.loops import Loop, nest, row_major_strides

LARGEST_DEPTH = {"int8": INT32_MAX // 255**2, "int16": LARGEST_WIDE_SUM // 2**30}  # by what a sum of products fits
RATIO_LIMIT = 2.0**8  # of the inputs' scales over the output's, for XNNPACK


@dataclass(frozen=True)
class MatmulOptions(Options):
    """Whether the first matrices, and whether the second, are stored transposed."""

    transpose_first: bool
    transpose_second: bool


@dataclass(frozen=True, eq=False)
class MatrixKernel(Kernel):
    """Loops over the batch walk both inputs and the output; strides of matrices are (row, column)."""

    batch: tuple[Loop, ...]
    rows: int
    depth: int
    columns: int
    first: tuple[int, int]
    second: tuple[int, int]


@dataclass(frozen=True, eq=False)
class MatmulKernel(MatrixKernel):
    """What leads from the accumulators to the output besides; `float_scale` does where it is not None."""

    first_offset: int
    second_offset: int
    multiplier: int
    shift: int
    float_scale: float | None
    zero_point: int
    is_wide: bool
    c_type: str
    least: int
    greatest: int


class BatchMatmul(Operator[MatmulOptions]):
    """`first @ second`, each [..., rows, columns]."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> MatmulOptions:
        return MatmulOptions(bool(source.adjX), bool(source.adjY))

    def check(self, call: Call[MatmulOptions]) -> None:
        tensors = (call.tensor(0), call.tensor(1), call.output)
        require_activations(call, *tensors)
        check_matrices(call)
        require_multiplier(call, _real_multiplier(call), LARGEST_WIDE_SHIFT if _is_wide(call) else LARGEST_SHIFT)
        if (depth := _matrices(call)[0][-1]) > (largest := LARGEST_DEPTH[call.output.dtype]):
            call.refuse(f"a depth of {depth}", f"up to {largest}")

    def reference(self, call: Call[MatmulOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        # Integers far below 2**53: exact in float64.
        operands = [
            value.astype(np.float64) - tensor.zero_point
            for tensor, value in zip((call.tensor(0), call.tensor(1)), as_multiplied(call, inputs), strict=True)
        ]
        total = (operands[0] @ operands[1]).astype(np.int64)
        limits, zero_point = np.iinfo(call.output.dtype), call.output.zero_point
        if (float_scale := _float_scale(call)) is not None:
            scaled = scale_in_float(total, float_scale, limits.min - zero_point, limits.max - zero_point)
        else:
            scaled = (scale_wide if _is_wide(call) else multiply_by_quantized_multiplier)(total, *_scaling(call))
        return (np.clip(scaled + zero_point, limits.min, limits.max).astype(call.output.dtype),)

    def kernel(self, call: Call[MatmulOptions]) -> MatrixKernel:
        multiplier, shift = _scaling(call)
        limits = np.iinfo(call.output.dtype)
        return MatmulKernel(
            **vars(matrix_kernel(call)),
            first_offset=-call.tensor(0).zero_point,
            second_offset=-call.tensor(1).zero_point,
            multiplier=multiplier,
            shift=shift,
            float_scale=_float_scale(call),
            zero_point=call.output.zero_point,
            is_wide=_is_wide(call),
            c_type=f"{call.output.dtype}_t",
            least=int(limits.min),
            greatest=int(limits.max),
        )

    def pointers(self, call: Call[MatmulOptions]) -> tuple[Tensor, ...]:
        return call.tensor(0), call.tensor(1)

    def macs(self, call: Call[MatmulOptions]) -> int:
        return call.output.elements * _matrices(call)[0][-1]


def check_matrices(call: Call[MatmulOptions]) -> None:
    """Refuse shapes that can't be multiplied."""
    for tensor in (call.tensor(0), call.tensor(1), call.output):
        if len(tensor.shape) < 2:
            call.refuse(f"tensor {tensor.name} of shape {list(tensor.shape)}", "two dimensions or more")
    first, second = _matrices(call)
    try:
        batch = np.broadcast_shapes(first[:-2], second[:-2])
    except ValueError:
        batch = None
    if batch is None or first[-1] != second[-2]:
        call.refuse(f"products of {list(first)} and {list(second)}", "matching depths, and batches that broadcast")
    require_shape(call, call.output, (*batch, first[-2], second[-1]))


def as_multiplied(call: Call[MatmulOptions], inputs: Sequence[Array]) -> list[Array]:
    """Both operands [samples, ..., rows, columns], of the output's rank, no longer transposed."""
    rank = len(call.output.shape)
    operands = []
    for value, swapped in zip(call.values(inputs), _swaps(call), strict=True):
        assert value is not None
        aligned = value.reshape(len(value), *(1,) * (rank + 1 - value.ndim), *value.shape[1:])
        operands.append(np.swapaxes(aligned, -1, -2) if swapped else aligned)
    return operands


def matrix_kernel(call: Call[MatmulOptions]) -> MatrixKernel:
    """The loops over the batch, and where matrices' elements lie."""
    first, second = _matrices(call)
    shape = call.output.shape
    # The batch's strides do not depend on how a matrix is stored.
    walked = (row_major_strides(matrices, (*shape[:-2], *matrices[-2:]))[:-2] for matrices in (first, second))
    rows, columns = first[-2], second[-1]
    return MatrixKernel(
        batch=nest(shape[:-2], *walked, row_major_strides(shape)[:-2]),
        rows=rows,
        depth=first[-1],
        columns=columns,
        first=(1, rows) if call.options.transpose_first else (first[-1], 1),
        second=(1, second[-2]) if call.options.transpose_second else (columns, 1),
    )


def _swaps(call: Call[MatmulOptions]) -> tuple[bool, bool]:
    return call.options.transpose_first, call.options.transpose_second


def _matrices(call: Call[MatmulOptions]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shapes as they are multiplied."""
    shapes = (call.tensor(0).shape, call.tensor(1).shape)
    first, second = (
        (*shape[:-2], shape[-1], shape[-2]) if swapped else shape
        for shape, swapped in zip(shapes, _swaps(call), strict=True)
    )
    return first, second


def _is_wide(call: Call[MatmulOptions]) -> bool:
    """Whether sums have 64 bits."""
    return call.output.dtype == "int16"


def _scaling(call: Call[MatmulOptions]) -> tuple[int, int]:
    """Multiplier and shift; of wide sums the reduced multiplier, and the shift to the right."""
    multiplier, shift = quantize_multiplier(_real_multiplier(call))
    return (int(reduced_multiplier(multiplier)), 15 - shift) if _is_wide(call) else (multiplier, shift)


def _real_multiplier(call: Call[MatmulOptions]) -> float:
    return call.tensor(0).scale * call.tensor(1).scale / call.output.scale


def _float_scale(call: Call[MatmulOptions]) -> float | None:
    """What XNNPACK multiplies with; None where it is not asked."""
    first, second, output = call.tensor(0), call.tensor(1), call.output
    ratio = np.float32(first.scale) * np.float32(second.scale) / np.float32(output.scale)
    return float(ratio) if call.in_xnnpack and not second.zero_point and ratio < RATIO_LIMIT else None


OPERATOR = BatchMatmul()
