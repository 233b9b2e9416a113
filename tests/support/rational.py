"""Rounding of exact fractions, written from its definition."""

import math
from fractions import Fraction


def half_up(x: Fraction) -> int:
    """The nearest integer; ties towards plus infinity."""
    return math.floor(x + Fraction(1, 2))


def half_away(x: Fraction) -> int:
    """The nearest integer; ties away from zero."""
    return half_up(x) if x >= 0 else -half_up(-x)
