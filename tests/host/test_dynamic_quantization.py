"""tinyq_dynamic.h, compiled for this machine, equals its NumPy twin on every bit: integers, zero points and scales."""

import ctypes
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyq.numerics.dynamic import quantize_rows
from tinyq.resources import templates_folder
from tinyq.tools.zig import compile_shared_library

LENGTH = 7
SOURCE = """#include "tinyq_dynamic.h"

#define ROWS(name)                                                                                        \\
    void rows_##name(const float *x, int32_t rows, int8_t *q, int32_t *zero_points, float *scales);       \\
    void rows_##name(const float *x, int32_t rows, int8_t *q, int32_t *zero_points, float *scales)        \\
    {                                                                                                     \\
        for (int32_t row = 0; row < rows; ++row) {                                                        \\
            const tinyq_affine found = tinyq_##name((const tinyq_float *)&x[row * 7], 7, &q[row * 7]);    \\
            zero_points[row] = found.zero_point;                                                          \\
            scales[row] = found.scale;                                                                    \\
        }                                                                                                 \\
    }

ROWS(quantize)
ROWS(quantize_symmetric)
"""
CORNERS = [0.0, -0.0, 1e-45, -1e-40, 1.1754944e-38, 0.5, -1.5, 255.0, 3.4028235e38, -3e38, np.inf, -np.inf, np.nan]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("dynamic")
    (folder / "dynamic.c").write_text(SOURCE)
    compile_shared_library([folder / "dynamic.c"], [templates_folder() / "runtime"], folder / "dynamic.so")
    return ctypes.CDLL(str(folder / "dynamic.so"))


def usual(chance: np.random.Generator) -> NDArray[Any]:
    """Numbers around 0 and beside it, of every size."""
    rows = chance.normal(size=(20_000, LENGTH)) + chance.normal(size=(20_000, 1)) * 2
    return rows * 2.0 ** chance.uniform(-140, 120, (20_000, 1))


def next_to_a_change(chance: np.random.Generator) -> NDArray[Any]:
    """Ranges whose zero point lies in the middle between two integers, or a step of float32 beside it."""
    widths = np.float32(2.0) ** chance.uniform(-3, 6, (20_000, 1)).astype(np.float32)
    low = -(chance.integers(1, 254, (20_000, 1)) + 0.5) * widths / 255
    high = np.nextafter((low + widths).astype(np.float32), chance.choice([-1e9, 1e9], (20_000, 1)), dtype=np.float32)
    between = chance.integers(-255, 255, (20_000, LENGTH - 2)) / 2 * (widths / 255)
    return np.concatenate([low, high, np.clip(between, low, high)], axis=1)


def corners(chance: np.random.Generator) -> NDArray[Any]:
    return chance.choice(CORNERS, (20_000, LENGTH))


@pytest.mark.parametrize("rows_of", [usual, next_to_a_change, corners])
@pytest.mark.parametrize("symmetric", [False, True])
def test_the_c_is_its_twin(library: ctypes.CDLL, rows_of: Any, symmetric: bool) -> None:  # noqa: FBT001  a parameter
    rows = rows_of(np.random.default_rng(1)).astype(np.float32)
    q, zero_points = np.empty(rows.shape, np.int8), np.empty((len(rows), 1), np.int32)
    scales = np.empty((len(rows), 1), np.float32)
    run = library["rows_quantize_symmetric" if symmetric else "rows_quantize"]
    arrays = (rows, q, zero_points, scales)
    pointers = [np.ctypeslib.ndpointer(array.dtype, flags="C") for array in arrays]
    run.argtypes = [pointers[0], ctypes.c_int32, *pointers[1:]]
    run(rows, len(rows), q, zero_points, scales)
    steps, expected = quantize_rows(rows, symmetric=symmetric)
    np.testing.assert_array_equal(scales.view(np.uint32), expected.astype(np.float32).view(np.uint32))
    np.testing.assert_array_equal(q.astype(np.int64) - zero_points, steps)
