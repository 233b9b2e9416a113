"""Samples as the bytes that a model's inputs and outputs are, one row a sample."""

from collections.abc import Sequence

import numpy as np

from tinyq.ir.graph import Array, Tensor


def pack(arrays: Sequence[Array], tensors: Sequence[Tensor]) -> Array:
    """Rows of bytes.

    Args:
        arrays: for each tensor an array [samples, *shape].
        tensors: what they are values of.

    Returns:
        uint8 [samples, bytes of all tensors].
    """
    rows = [
        np.ascontiguousarray(array, tensor.dtype).reshape(len(array), -1).view(np.uint8)
        for array, tensor in zip(arrays, tensors, strict=True)
    ]
    return np.ascontiguousarray(np.concatenate(rows, axis=1))


def unpack(rows: Array, tensors: Sequence[Tensor]) -> tuple[Array, ...]:
    """The arrays that `pack` makes such rows of."""
    result, start = [], 0
    for tensor in tensors:
        part = np.ascontiguousarray(rows[:, start : start + tensor.bytes])
        result.append(part.view(tensor.dtype).reshape(len(rows), *tensor.shape))
        start += tensor.bytes
    return tuple(result)
