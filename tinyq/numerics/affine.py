"""Affine quantization: real values to integers and back, and the ranges of fused activations.

Source: TFLite quantization specification; kernels/internal/reference/quantize.h; kernels/kernel_util.cc.
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Activation = Literal["NONE", "RELU", "RELU_N1_TO_1", "RELU6"]


def round_half_away(x: NDArray[Any]) -> NDArray[Any]:
    """Round to the nearest integer, ties away from zero (C's round), in x's own float type."""
    whole = np.trunc(x)
    rounded: NDArray[Any] = whole + np.sign(x) * (np.abs(x - whole) >= 0.5)
    return rounded


def quantize(real: NDArray[Any], scale: float, zero_point: int, dtype: str) -> NDArray[Any]:
    """Integers of `dtype` that stand for `real`: `round(real / scale) + zero_point` in float32, clamped.

    Infinities and quotients beyond float32 are clamped like every other number; not a number counts as the least.
    """
    limits = np.iinfo(dtype)
    low, high = int(limits.min) - zero_point, int(limits.max) - zero_point
    with np.errstate(over="ignore"):
        scaled = np.asarray(real, np.float32) / np.float32(scale)
    within = np.clip(np.where(np.isnan(scaled), low, scaled), low, high)
    return (round_half_away(within).astype(np.int64) + zero_point).astype(dtype)


def quantize_by_reciprocal(real: NDArray[Any], reciprocal: float, zero_point: int, dtype: str) -> NDArray[Any]:
    """As `quantize`, in XNNPACK's way: `real * reciprocal` in float32, rounded to the nearest, ties to even."""
    limits = np.iinfo(dtype)
    low, high = int(limits.min) - zero_point, int(limits.max) - zero_point
    with np.errstate(over="ignore"):
        scaled = np.asarray(real, np.float32) * np.float32(reciprocal)
    within = np.clip(np.where(np.isnan(scaled), low, scaled), low, high)
    integers: NDArray[Any] = (np.rint(within).astype(np.int64) + zero_point).astype(dtype)
    return integers


def dequantize(q: NDArray[Any], scale: float | NDArray[Any], zero_point: int | NDArray[Any]) -> NDArray[np.float32]:
    """float32 values that the integers `q` stand for: `scale * (q - zero_point)`."""
    return (np.asarray(q, np.float64) - zero_point).astype(np.float32) * np.float32(scale)


def symmetric(real: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers from -127 to 127 that stand for `real`, and their scales, one for each slice along `axis`.

    Source: TFLite quantization specification, int8 weights: `scale = max(abs(real)) / 127`, zero point 0. A slice so
    small that its scale is no normal float32 becomes zeros of scale 1.
    """
    others = tuple(other for other in range(real.ndim) if other != axis)
    scales = np.abs(real).max(others, keepdims=True) / np.float32(127)
    is_tiny = scales < np.finfo(np.float32).tiny
    scales = np.where(is_tiny, np.float32(1), scales)
    integers = np.where(is_tiny, 0, np.clip(round_half_away(real / scales), -127, 127))
    return integers.astype(np.int8), scales.ravel()


def activation_range(
    activation: Activation, scale: float, zero_point: int, dtype: str, *, ties_to_even: bool = False
) -> tuple[int, int]:
    """The least and greatest integer that a fused activation lets through.

    Sources: TFLite kernel_util.cc; with `ties_to_even` XNNPACK src/xnnpack/math.h, where the zero point is added first.
    """
    limits = np.iinfo(dtype)

    def quantized(real: float) -> int:
        steps = np.asarray(real, np.float32) / np.float32(scale)
        if ties_to_even:
            return int(np.rint(np.clip(steps + np.float32(zero_point), limits.min, limits.max)))
        return zero_point + int(round_half_away(steps))

    low, high = {
        "NONE": (limits.min, limits.max),
        "RELU": (quantized(0.0), limits.max),
        "RELU6": (quantized(0.0), quantized(6.0)),
        "RELU_N1_TO_1": (quantized(-1.0), quantized(1.0)),
    }[activation]
    return max(int(limits.min), low), min(int(limits.max), high)
