"""What reductions, resizers and matrix products refuse, and in which words."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from support.refusals import FROM_TENSORS, int8, int32, refusal
from support.tflite_model import T

X = int8("x", 2, 4)
IMAGE = int8("x", 1, 4, 4, 2)
WEIGHTS = T("w", (3, 2, 2, 2), scales=(0.5,), zero_points=(0,), data=int32("w", [[[[1, 2]] * 2] * 2] * 3).data)


@pytest.mark.parametrize(
    ("op", "inputs", "output", "table", "options", "message"),
    [
        (
            "SUM",
            [int8("x", 4096, 4096), int32("a", [0, 1])],
            int8("y", 1),
            "ReducerOptions",
            {},
            "found a sum of 16777216 numbers; accepted: up to 8388608",
        ),
        (
            "REDUCE_MAX",
            [X, int32("a", [1])],
            int8("y", 2, scale=0.25),
            "ReducerOptions",
            {},
            (
                "found input and output of different quantization, 0.5 * (q-1) and 0.25 * (q-1); accepted: the "
                "same scale and zero point"
            ),
        ),
        (
            "REDUCE_MIN",
            [X, int32("a", [1])],
            int8("y", 4),
            "ReducerOptions",
            {},
            "found an output of shape [4]; accepted: the smallest of [2, 4] over [1]",
        ),
        (
            "REDUCE_ANY",
            [X, int32("a", [1])],
            T("y", (2,), "bool"),
            "ReducerOptions",
            {},
            "found tensor x of type int8; accepted: bool",
        ),
        (
            "ARG_MAX",
            [X, int32("a", [0, 1])],
            T("y", (), "int32"),
            "ArgMaxOptions",
            {},
            "found axes [0, 1]; accepted: one axis",
        ),
        (
            "ARG_MIN",
            [X, int32("a", [1])],
            int8("y", 2),
            "ArgMinOptions",
            {},
            "found tensor y of type int8; accepted: int32 or int64",
        ),
        (
            "RESIZE_BILINEAR",
            [IMAGE, int32("s", [8, 8])],
            int8("y", 1, 8, 8, 3),
            "ResizeBilinearOptions",
            {},
            "found [1, 4, 4, 2] made [1, 8, 8, 3]; accepted: the same batch and channels",
        ),
        (
            "RESIZE_NEAREST_NEIGHBOR",
            [X, int32("s", [8, 8])],
            int8("y", 2, 4),
            "ResizeNearestNeighborOptions",
            {},
            "found tensor x of shape [2, 4]; accepted: 4 dimensions",
        ),
        (
            "BATCH_MATMUL",
            [X, int8("x2", 3, 4)],
            int8("y", 2, 4),
            "BatchMatMulOptions",
            {},
            "found products of [2, 4] and [3, 4]; accepted: matching depths, and batches that broadcast",
        ),
        (
            "BATCH_MATMUL",
            [int8("x", 4), int8("x2", 4, 4)],
            int8("y", 4),
            "BatchMatMulOptions",
            {},
            "found tensor x of shape [4]; accepted: two dimensions or more",
        ),
        (
            "BATCH_MATMUL",
            [int8("x", 1, 40000), int8("x2", 40000, 1)],
            int8("y", 1, 1),
            "BatchMatMulOptions",
            {},
            "found a depth of 40000; accepted: up to 33025",
        ),
        (
            "TRANSPOSE_CONV",
            [int32("s", [1, 8, 8, 3]), WEIGHTS, IMAGE],
            int8("y", 1, 6, 8, 3),
            "TransposeConvOptions",
            {"padding": 0, "strideH": 2, "strideW": 2},
            f"found tensor x of shape [1, 4, 4, 2]; accepted: [1, 3, 4, 2]{FROM_TENSORS}",
        ),
        (
            "TRANSPOSE_CONV",
            [int32("s", [1, 8, 8, 3]), WEIGHTS, IMAGE],
            int8("y", 1, 8, 8, 3),
            "TransposeConvOptions",
            {"padding": 0, "strideH": 0, "strideW": 2},
            "found kernel (2, 2), stride (0, 2); accepted: numbers from 1 upwards",
        ),
    ],
)
def test_they_refuse(
    op: str, inputs: Sequence[T], output: T, table: str, options: Mapping[str, Any], message: str
) -> None:
    assert refusal(op, inputs, output, table, options) == message
