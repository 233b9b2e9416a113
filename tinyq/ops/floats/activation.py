"""Fused activations of float32 operators."""

import math

from tinyq.numerics.affine import Activation

_LIMITS: dict[Activation, tuple[float | None, float | None]] = {
    "NONE": (None, None),
    "RELU": (0.0, None),
    "RELU6": (0.0, 6.0),
    "RELU_N1_TO_1": (-1.0, 1.0),
}


def limits(activation: Activation) -> tuple[float | None, float | None]:
    """The least and the greatest number that `activation` lets through; None is no bound."""
    return _LIMITS[activation]


def bounds(activation: Activation) -> tuple[float, float]:
    """As `limits`, with infinities for no bound."""
    low, high = _LIMITS[activation]
    return -math.inf if low is None else low, math.inf if high is None else high


def clamped(text: str, activation: Activation) -> str:
    """C of `text` within these limits, as tinyq.numerics.float32.clamp computes it."""
    low, high = limits(activation)
    if low is None:
        return text
    return f"tinyq_at_least({text}, {low}f)" if high is None else f"tinyq_between({text}, {low}f, {high}f)"
