"""Functions of int16 numbers by straight lines between 513 of their answers: the twin of `tinyq_interpolate16` in C.

Source: TFLite kernels/internal/common.h, LUTPopulateInt16 and LUTLookup.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyq.numerics.affine import round_half_away
from tinyq.numerics.fixed_point import Int64

LINES = 512
BITS = 7  # of the numbers that one line spans
INT16 = (-(2**15), 2**15 - 1)


def interpolation_table(
    function: Callable[[Any], Any], first: np.floating[Any], last: np.floating[Any]
) -> NDArray[np.int16]:
    """int16 [513]: answers at the ends of the lines, each moved by half of what its line misses in the middle.

    Args:
        function: of real numbers in the float type of `first` and `last`; its answers are in steps of the answers'
            quantization.
        first: the real number that -32768 stands for.
        last: the one that 32767 stands for.
    """
    real = type(first)
    step = (last - first) / real(LINES)
    at = first + np.arange(LINES, dtype=real) * step
    after = first + np.arange(1, LINES + 1, dtype=real) * step
    with np.errstate(all="ignore"):
        here, middle, there = (function(x) for x in (at, at + step / real(2), after))
        missed = round_half_away((there + round_half_away(here)) / real(2)) - round_half_away(middle)
        ends = round_half_away(here) - round_half_away(missed / real(2))
        final = round_half_away(function(np.array([last], real)))
    table: NDArray[np.int16] = np.clip(np.concatenate([ends, final]), *INT16).astype(np.int16)
    return table


def interpolate16(table: NDArray[np.int16], x: Any) -> Int64:  # noqa: ANN401  scalars and arrays alike
    """The function of `table` at the int16 numbers `x`; a line's rise, and an answer, wrap around at 16 bits."""
    ends, x = table.astype(np.int64), np.asarray(x, np.int64)
    index = (x >> BITS) + LINES // 2
    slope = (ends[index + 1] - ends[index]).astype(np.int16).astype(np.int64)
    answers = ends[index] + ((slope * (x & (1 << BITS) - 1) + (1 << BITS - 1)) >> BITS)
    wrapped: Int64 = answers.astype(np.int16).astype(np.int64)
    return wrapped
