"""Scaling in float32 as XNNPACK does it: the NumPy twin of `tinyq_scale_in_float` in firmware_templates/runtime/."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def scale_in_float(x: Any, scale: Any, low: int, high: int, offset: int = 0) -> NDArray[np.int64]:  # noqa: ANN401
    """`x * scale + offset` in float32, clamped to [low, high], then the nearest integer, ties to even.

    Args:
        x: integers; those beyond 2**24 are rounded to float32 first.
        scale: float32, a scalar or one for each element of the last axis.
        low: least result.
        high: greatest result.
        offset: added before the rounding.
    """
    scaled = np.asarray(x).astype(np.float32) * np.asarray(scale, np.float32) + np.float32(offset)
    nearest: NDArray[np.int64] = np.rint(np.clip(scaled, low, high)).astype(np.int64)
    return nearest
