"""Quantization at run time, to int8 with the range that the numbers have: the NumPy twin of tinyq_dynamic.h.

Source: TFLite kernels/internal/reference/portable_tensor_utils.cc, AsymmetricQuantizeFloats, SymmetricQuantizeFloats;
as the interpreter in ai-edge-litert answers, the width of the range is a float32, what follows from it a double, and
numbers are rounded before the zero point is added. There a width beyond float32 makes every answer no number; here it
counts as the greatest float32.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyq.numerics.affine import round_half_away

Array = NDArray[Any]

_GREATEST = np.finfo(np.float32).max


def quantize_rows(rows: Array, *, symmetric: bool = False) -> tuple[Array, Array]:
    """Each of the float32 `rows` in int8, with a scale of its own.

    Args:
        rows: [rows, numbers].
        symmetric: whether the zero point is 0, and -128 is not used.

    Returns:
        int64 `q - zero_point` [rows, numbers], and float32 scales [rows, 1].
    """
    with np.errstate(all="ignore"):
        return _symmetric(rows) if symmetric else _asymmetric(rows)


def _asymmetric(rows: Array) -> tuple[Array, Array]:
    low, high = _range(rows)
    width = np.minimum(high - low, _GREATEST).astype(np.float64)
    scale = width / 255
    below, above = low / scale, high / scale
    zero_point = _rounded(np.where(128 - below < 127 + above, -128 - below, 127 - above), -128, 127)
    is_zero = width == 0
    scale, zero_point = np.where(is_zero, 1, scale).astype(np.float32), np.where(is_zero, 0, zero_point)
    return _rounded(rows * (np.float32(1) / scale), -128 - zero_point, 127 - zero_point), scale


def _symmetric(rows: Array) -> tuple[Array, Array]:
    low, high = _range(rows)
    size = np.minimum(np.where(-low > high, -low, high), _GREATEST)
    is_zero = size == 0
    scale = np.where(is_zero, np.float32(1), size / np.float32(127))
    inverse = np.where(is_zero, np.float32(1), np.float32(127) / size)
    return _rounded(rows * inverse, -127, 127), scale


def _range(rows: Array) -> tuple[Array, Array]:
    """The least and the greatest number of each row and 0, [rows, 1]; what is no number does not count."""
    real = np.where(np.isnan(rows), np.float32(0), rows)
    return np.minimum(real.min(axis=1, keepdims=True), 0), np.maximum(real.max(axis=1, keepdims=True), 0)


def _rounded(x: Array, low: Any, high: Any) -> Array:  # noqa: ANN401  integers, of the shape of x or one
    """int64 of `x`, ties away from zero, within [low, high]; what is no number counts as low."""
    within = np.clip(np.where(np.isnan(x), low, x), low, high)
    return round_half_away(within).astype(np.int64)
