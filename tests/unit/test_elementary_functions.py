"""The fixed-point and float32 functions behind the tables are close to the real ones."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from tinyq.numerics.exponential import logistic, tanh
from tinyq.numerics.interpolation import interpolate16, interpolation_table
from tinyq.numerics.inverse_square_root import inverse_square_root
from tinyq.numerics.logarithm import logarithm
from tinyq.numerics.real import rounded

Q4 = np.arange(-(2**31) + 1, 2**31, 2**31 // 5000 + 1)


def test_logistic_and_tanh_in_fixed_point_are_accurate() -> None:
    x = Q4 / 2.0**27
    np.testing.assert_allclose(logistic(Q4) / 2.0**31, 1 / (1 + np.exp(-x)), atol=3e-7)
    np.testing.assert_allclose(tanh(Q4) / 2.0**31, np.tanh(x), atol=3e-7)
    assert (logistic(np.array([0]))[0], tanh(np.array([0]))[0]) == (2**30, 0)


def test_the_logarithm_is_accurate() -> None:
    x = np.unique(np.geomspace(2**19, 2**31 - 1, 5000).astype(np.int64))
    np.testing.assert_allclose(logarithm(x) / 2.0**26, np.log(x / 2.0**19), atol=1e-7)
    assert logarithm(np.array([2**19])) == 0


def test_the_inverse_square_root_is_accurate() -> None:
    x = np.array([1, 2, 3, 255, 256, 65025, 2**29 - 1])
    multiplier, shift = inverse_square_root(x)
    np.testing.assert_allclose(multiplier * 2.0 ** (shift - 31), 1 / np.sqrt(x), rtol=2e-6)


def test_interpolation_in_512_lines_is_accurate() -> None:
    table = interpolation_table(lambda x: np.exp(x) * np.float32(2**15), np.float32(-10), np.float32(0))
    x = np.arange(-(2**15), 2**15)
    np.testing.assert_allclose(interpolate16(table, x) / 2**15, np.exp((x - 32767) * 10 / 65535), atol=2e-4)


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        (math.log, [0.0, -1.0, 1.0], [-np.inf, np.nan, 0.0]),
        (math.exp, [1000.0, -1000.0, 0.0], [np.inf, 0.0, 1.0]),
        (math.tanh, [0.5], [np.float32(math.tanh(0.5))]),
    ],
)
def test_a_real_function_answers_as_c_does(
    function: Callable[[float], float], x: list[float], expected: list[float]
) -> None:
    answers = rounded(function, np.array(x, np.float32))
    assert answers.dtype == np.float32
    np.testing.assert_array_equal(answers, np.array(expected, np.float32))
