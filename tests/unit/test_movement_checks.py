"""What the operators refuse that move elements, and in which words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from support.refusals import FROM_TENSORS, int8, int32, one_layer, refusal
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite

X = int8("x", 2, 4)
COMPUTED = T("c", (2,), "int32")


@pytest.mark.parametrize(
    ("op", "inputs", "output", "table", "options", "message"),
    [
        (
            "TRANSPOSE",
            [X, int32("p", [0, 0])],
            int8("y", 4, 2),
            "TransposeOptions",
            {},
            "found the order [0, 0]; accepted: each dimension from 0 to 1 once",
        ),
        (
            "TRANSPOSE",
            [X, COMPUTED],
            int8("y", 4, 2),
            "TransposeOptions",
            {},
            "found tensor c, computed at run time; accepted: a constant there",
        ),
        (
            "TRANSPOSE",
            [X, int32("p", [1, 0])],
            int8("y", 4, 2, scale=0.25),
            "TransposeOptions",
            {},
            "found x and y of different quantization; accepted: one scale and zero point for all of them",
        ),
        (
            "TRANSPOSE",
            [X, int32("p", [1, 0])],
            T("y", (4, 2), "int32"),
            "TransposeOptions",
            {},
            "found x of type int8 and y of type int32; accepted: one type",
        ),
        (
            "CONCATENATION",
            [X, int8("x2", 2, 3)],
            int8("y", 2, 8),
            "ConcatenationOptions",
            {"axis": 1},
            "found inputs of 7 along axis 1; accepted: 8 in all, as the output has",
        ),
        (
            "CONCATENATION",
            [X, int8("x2", 3, 4)],
            int8("y", 2, 8),
            "ConcatenationOptions",
            {"axis": 1},
            f"found tensor x2 of shape [3, 4]; accepted: [2, 4]{FROM_TENSORS}",
        ),
        (
            "CONCATENATION",
            [X, int8("x2", 2, 4)],
            int8("y", 2, 8),
            "ConcatenationOptions",
            {"axis": 2},
            "found an axis beyond the 2 dimensions; accepted: axes -2 to 1",
        ),
        (
            "CONCATENATION",
            [X, int8("x2", 2, 4)],
            int8("y", 2, 8),
            "ConcatenationOptions",
            {"axis": 1, "fusedActivationFunction": 1},
            "found a fused RELU; accepted: no fused activation",
        ),
        (
            "SLICE",
            [X, int32("b", [0, 4]), int32("s", [1, 1])],
            int8("y", 1, 1),
            "SliceOptions",
            {},
            "found a slice from [0, 4]; accepted: a beginning within [2, 4]",
        ),
        (
            "SLICE",
            [X, int32("b", [0]), int32("s", [1])],
            int8("y", 1, 4),
            "SliceOptions",
            {},
            "found 1 numbers in b; accepted: 2",
        ),
        (
            "STRIDED_SLICE",
            [X, int32("b", [0, 5]), int32("e", [2, 6]), int32("s", [1, 1])],
            int8("y", 2),
            "StridedSliceOptions",
            {"shrinkAxisMask": 2},
            "found index 5 of 4; accepted: -4 to 3",
        ),
        (
            "STRIDED_SLICE",
            [X, int32("b", [0, 0]), int32("e", [2, 4]), int32("s", [1, 0])],
            int8("y", 2, 4),
            "StridedSliceOptions",
            {},
            "found a step of 0; accepted: other steps",
        ),
        (
            "STRIDED_SLICE",
            [X, int32("b", [0, 0, 0]), int32("e", [2, 4, 1]), int32("s", [1, 1, 1])],
            int8("y", 2, 4),
            "StridedSliceOptions",
            {},
            "found 3 dimensions cut; accepted: 2, as many as the input has",
        ),
        (
            "PACK",
            [X, int8("x2", 2, 3)],
            int8("y", 2, 2, 4),
            "PackOptions",
            {"axis": 0, "valuesCount": 2},
            f"found tensor x2 of shape [2, 3]; accepted: [2, 4]{FROM_TENSORS}",
        ),
        (
            "UNPACK",
            [X],
            int8("y", 2),
            "UnpackOptions",
            {"axis": 1, "num": 1},
            "found 1 outputs; accepted: 4, the extent of axis 1",
        ),
        (
            "SPLIT",
            [int32("a", [1]), X],
            int8("y", 2, 3),
            "SplitOptions",
            {"numSplits": 1},
            f"found tensor y of shape [2, 3]; accepted: [2, 4]{FROM_TENSORS}",
        ),
        (
            "SPLIT_V",
            [X, int32("n", [3]), int32("a", [1])],
            int8("y", 2, 3),
            "SplitVOptions",
            {"numSplits": 1},
            "found 1 outputs with [3] of 4 along axis 1; accepted: sizes for all outputs that add up to the input's",
        ),
    ],
)
def test_movements_refuse(
    op: str, inputs: Sequence[T], output: T, table: str, options: Mapping[str, Any], message: str
) -> None:
    assert refusal(op, inputs, output, table, options) == message


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ((0, 3, 0), "found a range of [0, 3, 0]; accepted: beginning, end and step of 3 numbers"),
        ((0, 4, 1), "found a range of [0, 4, 1]; accepted: beginning, end and step of 3 numbers"),
    ],
)
def test_range_refuses(limits: tuple[int, int, int], message: str) -> None:
    constants = [T(name, (), "int32", data=np.array(value)) for name, value in zip("bes", limits, strict=True)]
    assert refusal("RANGE", constants, T("y", (3,), "int32"), "RangeOptions") == message


def test_a_wrong_number_of_outputs_is_refused() -> None:
    tensors = [X, int8("net/first/a", 2, 4), int8("net/second/b", 2, 4)]
    operators = [Op("SQUEEZE", ["x"], ["net/first/a", "net/second/b"])]
    with pytest.raises(TinyqError) as caught:
        import_tflite(tflite_model(tensors, operators, ["x"], ["net/first/a"]), "net", "net.tflite")
    assert str(caught.value) == (
        "net.tflite: layer first (SQUEEZE): found 1 inputs and 2 outputs; accepted: 1 input and 1 output\n"
        "  hint: convert the model again"
    )


def test_a_missing_input_of_an_operator_with_many_is_refused() -> None:
    with pytest.raises(TinyqError) as caught:
        import_tflite(one_layer("PACK", [], int8("y", 2, 4), "PackOptions"), "net", "net.tflite")
    assert "accepted: 1 or more inputs and 1 output" in str(caught.value)
