"""What the operators refuse that repeat, pad, regroup, look up or convert elements, and in which words."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from support.refusals import int8, int32, refusal
from support.tflite_model import T

X = int8("x", 2, 4)
COMPUTED = T("c", (2,), "int32")


@pytest.mark.parametrize(
    ("op", "inputs", "output", "table", "options", "message"),
    [
        (
            "TILE",
            [X, int32("m", [1, 2])],
            int8("y", 2, 7),
            "TileOptions",
            {},
            "found [2, 4] made [2, 7]; accepted: multiples of each extent",
        ),
        (
            "BROADCAST_TO",
            [X, int32("s", [2, 5])],
            int8("y", 2, 5),
            "BroadcastToOptions",
            {},
            "found [2, 4] made [2, 5]; accepted: a shape that it broadcasts to",
        ),
        (
            "MIRROR_PAD",
            [X, int32("p", [[0, 0], [4, 0]])],
            int8("y", 2, 8),
            "MirrorPadOptions",
            {"mode": 0},
            (
                "found paddings [0, 4] before and [0, 0] after; accepted: for each of 2 dimensions numbers from 0 "
                "to its extent less 1"
            ),
        ),
        (
            "PADV2",
            [X, int32("p", [[0, 0], [1, 0]]), int8("c", 2)],
            int8("y", 2, 5),
            "PadV2Options",
            {},
            "found tensor c, computed at run time; accepted: a constant there",
        ),
        (
            "DEPTH_TO_SPACE",
            [int8("x", 1, 2, 2, 3)],
            int8("y", 1, 4, 4, 1),
            "DepthToSpaceOptions",
            {"blockSize": 2},
            "found blocks of 2 for 3 channels; accepted: a multiple of a block's pixels as channels",
        ),
        (
            "SPACE_TO_DEPTH",
            [int8("x", 1, 3, 2, 1)],
            int8("y", 1, 1, 1, 4),
            "SpaceToDepthOptions",
            {"blockSize": 2},
            "found blocks of 2 in 3x2 pixels; accepted: a multiple of the block as height and width",
        ),
        (
            "BATCH_TO_SPACE_ND",
            [int8("x", 3, 2, 1), int32("b", [2]), int32("c", [[0, 0]])],
            int8("y", 1, 4, 1),
            "BatchToSpaceNDOptions",
            {},
            "found a batch of 3 for blocks [2]; accepted: a multiple of a block's pixels",
        ),
        (
            "SPACE_TO_BATCH_ND",
            [int8("x", 1, 3, 1), int32("b", [2]), int32("p", [[0, 0]])],
            int8("y", 2, 2, 1),
            "SpaceToBatchNDOptions",
            {},
            "found [3] padded pixels in blocks [2]; accepted: a multiple of the block",
        ),
        (
            "SPACE_TO_BATCH_ND",
            [int8("x", 1, 3, 1), int32("b", [2]), int32("p", [[-1, 0]])],
            int8("y", 2, 1, 1),
            "SpaceToBatchNDOptions",
            {},
            (
                "found blocks [2] with [-1] before and [0] after; accepted: as many of each as dimensions, up to "
                "2; none negative"
            ),
        ),
        (
            "GATHER",
            [X, COMPUTED],
            int8("y", 2, 2),
            "GatherOptions",
            {"axis": 1, "batchDims": 2},
            ("found 2 batch dimensions of [2, 4] and [2]; accepted: dimensions before the axis that both share"),
        ),
        (
            "CAST",
            [T("x", (2, 4), "float32")],
            int8("y", 2, 4),
            "CastOptions",
            {},
            (
                "found tensor x of type float32; accepted: int8 or uint8 or int16 or int32 or int64 or bool\n"
                "  hint: quantize the model to full-integer int8 with `tinyq quantize`"
            ),
        ),
    ],
)
def test_they_refuse(
    op: str, inputs: Sequence[T], output: T, table: str, options: Mapping[str, Any], message: str
) -> None:
    assert refusal(op, inputs, output, table, options) == message
