"""float32 arithmetic in a fixed order, rounded after each operation: what the generated C does with `float`.

C compilers keep the order of additions unless they are told not to; `-ffp-contract=off` keeps them from fusing a
product with a sum. So an order that is written down here gives the same bits on every machine.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def clamp(x: Array, low: float, high: float) -> Array:
    """float32 `x` between two bounds; NaN stays, and so does -0 at a bound of 0: `x < low ? low : x > high ? high : x`.

    Source: TFLite kernels/internal/common.h, ActivationFunctionWithMinMax.
    """
    return np.where(x < low, np.float32(low), np.where(x > high, np.float32(high), x))


def larger(first: Array, second: Array) -> Array:
    """`first > second ? first : second`; the second where they can't be compared."""
    return np.where(first > second, first, second)


def smaller(first: Array, second: Array) -> Array:
    """`first < second ? first : second`; the second where they can't be compared."""
    return np.where(first < second, first, second)


def sum_in_order(x: Array, axis: int) -> Array:
    """float32 sum along `axis`, from 0 on in the order of the indices."""
    total: Array = np.add.accumulate(x, axis=axis, dtype=np.float32).take(-1, axis=axis)
    return total + np.float32(0.0)  # -0 alone: 0 + -0 is 0


def matrix_product(rows: Array, columns: Array) -> Array:
    """float32 [..., rows, depth] @ [..., depth, columns]; each sum from 0 on in the order of the depth."""
    depth = rows.shape[-1]
    return sum_of(rows[..., :, i, np.newaxis] * columns[..., np.newaxis, i, :] for i in range(depth))


def sum_of(parts: Iterable[Array]) -> Array:
    """float32 sum of arrays of one shape, from 0 on in the order in which they come; there is at least one."""
    each = iter(parts)
    total: Array = next(each) + np.float32(0.0)
    for part in each:
        total += part
    return total


def c_float(number: float | np.float32) -> str:
    """A float32 as the shortest C literal that gives back exactly its bits; hexadecimal ones are no C++ before 2017."""
    if np.isnan(number):
        return '__builtin_nanf("")'
    if np.isinf(number):
        return "__builtin_inff()" if number > 0 else "-__builtin_inff()"
    return f"{np.float32(number)!s}f"
