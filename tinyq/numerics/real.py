"""Elementary functions in float32, rounded to the nearest: what a good C library answers, on every machine the same.

glibc from version 2.41 rounds most of them so; older ones differ in the last bit of a few numbers in a thousand, which
changes an int8 only where it lies that close to the middle of two integers.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

RealFunction = Callable[[float], float]


def rounded(function: RealFunction, x: Array) -> Array:
    """`function` of each float32 in `x`, computed in double precision and rounded to float32.

    As in C, an overflow is infinity, a pole is minus infinity (a logarithm of 0), and what has no answer is NaN.
    """
    answers = [_answer(function, float(number)) for number in x.flat]
    return np.array(answers, np.float64).astype(np.float32).reshape(x.shape)


def _answer(function: RealFunction, x: float) -> float:
    try:
        return function(x)
    except OverflowError:
        return math.inf
    except ValueError:
        return -math.inf if x == 0.0 else math.nan
