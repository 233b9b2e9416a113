"""The runtime's functions on integers, compiled for this machine, equal their NumPy twins on every bit."""

import ctypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tinyq.numerics.affine import round_half_away
from tinyq.numerics.exponential import reciprocal
from tinyq.numerics.exponential16 import logistic_q15, tanh_q15
from tinyq.numerics.fixed_point import (
    INT32_MAX,
    INT32_MIN,
    multiply_by_quantized_multiplier,
    multiply_upwards,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    saturating_shift_left,
    scale_wide,
)
from tinyq.numerics.interpolation import interpolate16
from tinyq.numerics.inverse_square_root import inverse_square_root
from tinyq.numerics.logarithm import logarithm
from tinyq.resources import templates_folder
from tinyq.tools.zig import compile_shared_library

COUNT = 200_000
EDGES = [INT32_MIN, INT32_MIN + 1, -(2**30), -(2**30) - 1, -2, -1, 0, 1, 2, 2**30 - 1, 2**30, INT32_MAX - 1, INT32_MAX]

# Each wrapper runs its function on whole arrays; `a`, `b` and `c` are its arguments.
LINES = np.random.default_rng(0).integers(-(2**15), 2**15, 513).astype(np.int16)
SOURCE = (
    f"""#include "tinyq_exponential16.h"

static const int16_t lines[] = {{{", ".join(map(str, LINES))}}};
"""
    """

#define WRAP(name, expression) \\
    void name(const int32_t *a, const int32_t *b, const int32_t *c, int32_t *out, int32_t count); \\
    void name(const int32_t *a, const int32_t *b, const int32_t *c, int32_t *out, int32_t count) \\
    { \\
        for (int32_t i = 0; i < count; ++i) { \\
            out[i] = expression; \\
        } \\
        (void)a, (void)b, (void)c; \\
    }

static int32_t reciprocal_bits(int32_t x)
{
    int32_t bits;
    (void)tinyq_reciprocal(x, &bits);
    return bits;
}

static int32_t reciprocal_mantissa(int32_t x)
{
    int32_t bits;
    return tinyq_reciprocal(x, &bits);
}

static int32_t shift_of_root(int32_t x)
{
    int32_t shift;
    (void)tinyq_inverse_square_root(x, &shift);
    return shift;
}

static int32_t multiplier_of_root(int32_t x)
{
    int32_t shift;
    return tinyq_inverse_square_root(x, &shift);
}

WRAP(clamp, tinyq_clamp(a[i], b[i], c[i]))
WRAP(high_mul, tinyq_doubling_high_mul(a[i], b[i]))
WRAP(divide, tinyq_divide_by_power_of_two(a[i], b[i]))
WRAP(scale_down, tinyq_scale_down(a[i], b[i], c[i]))
WRAP(scale_small, tinyq_scale_small(a[i], b[i], c[i]))
WRAP(scale, tinyq_scale(a[i], b[i], c[i]))
WRAP(scale_upwards, tinyq_scale_upwards(a[i], b[i], c[i]))
WRAP(scale_wide, tinyq_scale_wide((int64_t)a[i] * 65536 + b[i], b[i], c[i]))
WRAP(scale_wide_down, tinyq_scale_wide_down(a[i], b[i], c[i]))
WRAP(shift_left, tinyq_saturating_shift_left(a[i], b[i]))
WRAP(mantissa, reciprocal_mantissa(a[i]))
WRAP(bits, reciprocal_bits(a[i]))
WRAP(logarithm, tinyq_logarithm(a[i]))
WRAP(root_multiplier, multiplier_of_root(a[i]))
WRAP(root_shift, shift_of_root(a[i]))
WRAP(interpolate16, tinyq_interpolate16(lines, a[i]))
WRAP(logistic_q15, tinyq_logistic_q15(a[i], b[i]))
WRAP(tanh_q15, tinyq_tanh_q15(a[i], b[i]))
WRAP(round_and_clamp, tinyq_round_and_clamp(*(const tinyq_float *)&a[i], b[i], c[i]))
"""
)

Int32 = np.typing.NDArray[np.int32]


class Runtime:
    """The header's functions over arrays."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))

    def __call__(self, name: str, *arguments: Int32) -> Int32:
        """What function `name` answers, element by element."""
        pointer = np.ctypeslib.ndpointer(np.int32, flags="C")
        function = self._library[name]
        function.argtypes = [pointer] * 4 + [ctypes.c_int32]
        out = np.zeros_like(arguments[0])
        given = [*arguments, *[arguments[0]] * (3 - len(arguments))]
        function(*given, out, len(out))
        return out


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    folder = tmp_path_factory.mktemp("runtime")
    (folder / "wrapper.c").write_text(SOURCE)
    compile_shared_library([folder / "wrapper.c"], [templates_folder() / "runtime"], folder / "wrapper.so")
    return Runtime(folder / "wrapper.so")


def spread(seed: int, low: int = INT32_MIN, high: int = INT32_MAX, edges: Sequence[int] = EDGES) -> Int32:
    """Numbers of every size within the limits, and those at the edges, often."""
    chance = np.random.default_rng(seed)
    uniform = chance.integers(low, high, COUNT, endpoint=True)
    small = np.clip(uniform >> chance.integers(0, 31, COUNT), low, high)
    at_edges = chance.choice([edge for edge in edges if low <= edge <= high], COUNT)
    chosen: Int32 = np.choose(chance.integers(0, 3, COUNT), [uniform, small, at_edges]).astype(np.int32)
    return chosen


def test_the_high_product_is_the_twins(runtime: Runtime) -> None:
    a, b = spread(1), spread(2, low=INT32_MIN + 1)
    np.testing.assert_array_equal(runtime("high_mul", a, b), saturating_rounding_doubling_high_mul(a, b))


def test_the_division_by_a_power_of_two_is_the_twins(runtime: Runtime) -> None:
    x, exponent = spread(3), spread(4, 0, 31, [0, 1, 30, 31])
    np.testing.assert_array_equal(runtime("divide", x, exponent), rounding_divide_by_pot(x, exponent))


def test_scaling_is_the_twins_for_every_shift(runtime: Runtime) -> None:
    x, multiplier, shift = spread(5), spread(6, 2**30, INT32_MAX), spread(7, -31, 31, [-31, -1, 0, 1, 31])
    expected = multiply_by_quantized_multiplier(x, multiplier, shift)
    np.testing.assert_array_equal(runtime("scale", x, multiplier, shift), expected)
    upwards = multiply_upwards(x, multiplier, shift)
    np.testing.assert_array_equal(runtime("scale_upwards", x, multiplier, shift), upwards)


def test_scaling_down_is_scaling_with_no_left_shift(runtime: Runtime) -> None:
    x, multiplier, right = spread(8), spread(9, 2**30, INT32_MAX), spread(10, 0, 31, [0, 1, 31])
    expected = multiply_by_quantized_multiplier(x, multiplier, -right)
    np.testing.assert_array_equal(runtime("scale_down", x, multiplier, right), expected)


def test_scaling_a_small_number_down_is_the_same(runtime: Runtime) -> None:
    x = spread(14, -(2**30), 2**30 - 1, [0, 1, -1, 2**30 - 1, -(2**30)])
    multiplier, right = spread(9, 2**30, INT32_MAX), spread(10, 0, 31, [0, 1, 31])
    expected = multiply_by_quantized_multiplier(x, multiplier, -right)
    np.testing.assert_array_equal(runtime("scale_small", x, multiplier, right), expected)


def test_the_inverse_square_root_is_the_twins(runtime: Runtime) -> None:
    x = spread(23, 1, 2**29 - 1, [1, 2, 3, 4, 2**15 - 1, 2**29 - 1])
    multiplier, shift = inverse_square_root(x.astype(np.int64))
    np.testing.assert_array_equal(runtime("root_multiplier", x), multiplier)
    np.testing.assert_array_equal(runtime("root_shift", x), shift)


def test_interpolation_is_the_twins_at_every_int16(runtime: Runtime) -> None:
    x = np.arange(-(2**15), 2**15).astype(np.int32)
    np.testing.assert_array_equal(runtime("interpolate16", x), interpolate16(LINES, x))


@pytest.mark.parametrize("integer_bits", range(7))
def test_functions_in_words_of_16_bits_are_the_twins_at_every_int16(runtime: Runtime, integer_bits: int) -> None:
    x = np.arange(-(2**15), 2**15).astype(np.int32)
    bits = np.full_like(x, integer_bits)
    np.testing.assert_array_equal(runtime("tanh_q15", x, bits), tanh_q15(x, integer_bits))
    if integer_bits:
        np.testing.assert_array_equal(runtime("logistic_q15", x, bits), logistic_q15(x, integer_bits))


def test_scaling_a_wide_sum_is_the_twins(runtime: Runtime) -> None:
    x, multiplier, right = spread(20), spread(21, 0, 2**15 - 1, [0, 2**14, 2**15 - 1]), spread(22, 8, 46, [8, 46])
    wide = x.astype(np.int64) * 65536 + multiplier
    np.testing.assert_array_equal(runtime("scale_wide", x, multiplier, right), scale_wide(wide, multiplier, right))


def test_scaling_a_sum_of_32_bits_down_is_scaling_a_wide_one(runtime: Runtime) -> None:
    x, multiplier, beyond = spread(23), spread(24, 0, 2**15 - 1, [0, 2**14, 2**15 - 1]), spread(25, 1, 30, [1, 30])
    expected = scale_wide(x, multiplier, beyond + 16)
    np.testing.assert_array_equal(runtime("scale_wide_down", x, multiplier, beyond), expected)


@pytest.mark.parametrize("exponent", [1, 2])
def test_the_saturating_shift_is_the_twins(runtime: Runtime, exponent: int) -> None:
    edges = [limit // 2**exponent + step for limit in (INT32_MIN, INT32_MAX) for step in (-1, 0, 1)]
    x = spread(11, edges=[*EDGES, *edges])
    expected = saturating_shift_left(x, exponent)
    np.testing.assert_array_equal(runtime("shift_left", x, np.full_like(x, exponent)), expected)


def test_the_reciprocal_is_the_twins(runtime: Runtime) -> None:
    x = spread(12, 2**19, INT32_MAX, [2**bits + step for bits in range(20, 31) for step in (-1, 0, 1)])
    mantissa, bits = reciprocal(x.astype(np.int64))
    np.testing.assert_array_equal(runtime("mantissa", x), mantissa)
    np.testing.assert_array_equal(runtime("bits", x), bits + 31 - 8)


def test_a_float_is_rounded_half_away_and_clamped(runtime: Runtime) -> None:
    chance = np.random.default_rng(13)
    ties = (chance.integers(-300, 300, COUNT) + 0.5).astype(np.float32)
    around = np.nextafter(ties, np.float32(np.inf) * chance.choice([-1, 1], COUNT).astype(np.float32))
    wide = chance.standard_normal(COUNT).astype(np.float32) * 10.0 ** chance.integers(-40, 38, COUNT).astype(np.float32)
    edges = chance.choice(np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, 2.0**31, 0.49999997], np.float32), COUNT)
    x = np.choose(chance.integers(0, 4, COUNT), [ties, around, wide, edges]).astype(np.float32)
    low, high = spread(14, -383, -1, [-383, -128, -1]), spread(15, 0, 383, [0, 127, 383])
    expected = round_half_away(np.clip(np.where(np.isnan(x), low, x), low, high))
    np.testing.assert_array_equal(runtime("round_and_clamp", x.view(np.int32), low, high), expected)


def test_clamping_is_the_middle_one_of_three(runtime: Runtime) -> None:
    x, low, high = spread(16), spread(17, high=0), spread(18, low=0)
    np.testing.assert_array_equal(runtime("clamp", x, low, high), np.clip(x, low, high))


def test_the_logarithm_is_the_twins(runtime: Runtime) -> None:
    x = spread(13, 2**19, INT32_MAX, [2**bits + step for bits in range(20, 31) for step in (-1, 0, 1)])
    np.testing.assert_array_equal(runtime("logarithm", x, x), logarithm(x.astype(np.int64)))
