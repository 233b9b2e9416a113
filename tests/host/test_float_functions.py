"""The elementary functions of tinyq_float.h answer the float32 next to the true number.

Two judges: numerics/real.py, which rounds double precision, and in the long sweep NumPy's extended precision.
"""

import ctypes
import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyq.numerics.real import rounded
from tinyq.ops.logistic import logistic
from tinyq.resources import templates_folder
from tinyq.tools.zig import compile_shared_library

Floats = NDArray[np.float32]
COUNT = 20_000


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "exp_minus_one": math.expm1,
    "log": math.log,
    "logistic": logistic,
    "square_root": math.sqrt,
    "tanh": math.tanh,
}
#: The same in extended precision, 64 bits of mantissa on x86.
EXTENDED: dict[str, Callable[[NDArray[np.longdouble]], NDArray[np.longdouble]]] = {
    "exp": np.exp,
    "exp_minus_one": np.expm1,
    "log": np.log,
    "logistic": lambda x: np.where(
        np.abs(x) < 2.0**-12,
        np.nextafter(0.5 + x / 4, np.longdouble(0.5)),
        np.where(x > 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x))),
    ),
    "square_root": np.sqrt,
    "tanh": np.tanh,
}
ROUNDING: dict[str, Callable[[Floats], Floats]] = {"floor": np.floor, "nearest": np.rint, "magnitude": np.abs}
SOURCE = '#include "tinyq_float.h"\n' + "\n".join(
    f"void all_{name}(const float *x, float *y, int32_t count);\n"
    f"void all_{name}(const float *x, float *y, int32_t count)\n"
    f"{{ for (int32_t i = 0; i < count; ++i) {{ y[i] = tinyq_{name}(x[i]); }} }}"
    for name in (*FUNCTIONS, *ROUNDING)
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("functions")
    (folder / "functions.c").write_text(SOURCE)
    compile_shared_library([folder / "functions.c"], [templates_folder() / "runtime"], folder / "functions.so")
    return ctypes.CDLL(str(folder / "functions.so"))


def answers(library: ctypes.CDLL, name: str, x: Floats) -> Floats:
    pointer = np.ctypeslib.ndpointer(np.float32, flags="C")
    function = library[f"all_{name}"]
    function.argtypes = [pointer, pointer, ctypes.c_int32]
    y = np.empty_like(x)
    function(x, y, len(x))
    return y


def numbers(seed: int, count: int) -> Floats:
    """Of every bit pattern; of the usual sizes; around every power of two; what has no size."""
    chance = np.random.default_rng(seed)
    any_bits = chance.integers(0, 2**32, count, np.uint64).astype(np.uint32).view(np.float32)
    usual = (chance.normal(0.0, 1.0, count) * 2.0 ** chance.uniform(-30, 7, count)).astype(np.float32)
    powers = np.ldexp(np.float32(1.0), np.arange(-149, 128)).astype(np.float32)
    near = np.concatenate([powers, np.nextafter(powers, np.float32(0)), np.nextafter(powers, np.float32(np.inf))])
    special = np.array(
        [0.0, -0.0, np.inf, -np.inf, np.nan, 88.72284, -103.97208, 9.010913, 0.5, 1.5, 2.5, 8388609.0],
        np.float32,
    )
    return np.concatenate([any_bits, usual, near, -near, special])


def assert_same(found: Floats, expected: Floats) -> None:
    is_number = ~np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(found), ~is_number)
    np.testing.assert_array_equal(found[is_number].view(np.uint32), expected[is_number].view(np.uint32))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_its_twin(library: ctypes.CDLL, name: str) -> None:
    x = numbers(1, COUNT)
    with np.errstate(all="ignore"):
        assert_same(answers(library, name, x), rounded(FUNCTIONS[name], x))


@pytest.mark.parametrize("name", ROUNDING)
def test_a_rounding_is_numpys(library: ctypes.CDLL, name: str) -> None:
    x = numbers(2, COUNT)
    with np.errstate(all="ignore"):
        assert_same(answers(library, name, x), ROUNDING[name](x))


@pytest.mark.slow
@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 63, reason="this machine has no extended precision to judge by")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_rounded_to_the_nearest_in_a_long_sweep(library: ctypes.CDLL, name: str) -> None:
    for start in range(0, 97 * 20, 97):
        x = np.arange(start, 2**32, 97 * 20 * 13, dtype=np.uint64).astype(np.uint32).view(np.float32)
        with np.errstate(all="ignore"):
            expected = EXTENDED[name](x.astype(np.longdouble)).astype(np.float32)
        assert_same(answers(library, name, x), expected)
