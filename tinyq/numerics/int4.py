"""int4 numbers, two in a byte: the first in its low half, as .tflite files have them.

Source: TFLite kernels/internal/portable_tensor_utils.cc, UnpackPackedIntToInt8.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LOWEST, HIGHEST = -8, 7


def unpack_int4(data: NDArray[np.uint8], count: int) -> NDArray[np.int8]:
    """int8 [count] of the numbers in uint8 `data`.

    Raises:
        ValueError: `data` has another length than `count` numbers take.
    """
    if len(data) != -(-count // 2):
        raise ValueError(f"{len(data)} bytes for {count} int4 numbers")
    halves = np.stack([data & 15, data >> 4], axis=1).ravel()[:count]
    return ((halves ^ 8).astype(np.int16) + LOWEST).astype(np.int8)


def pack_int4(values: NDArray[Any]) -> NDArray[np.uint8]:
    """uint8 [half as many, rounded up] of `values`, integers from LOWEST to HIGHEST; a byte left half empty holds 0."""
    flat = values.ravel()
    halves = np.pad(flat, (0, len(flat) % 2)) & 15
    return (halves[0::2] | halves[1::2] << 4).astype(np.uint8)
