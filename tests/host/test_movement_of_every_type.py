"""Kernels that only move elements do so for every element type, bit for bit."""

import numpy as np
import pytest
from support.cases._case import one_operator
from support.host_c import run_c_quickly
from support.refusals import int32
from support.tflite_model import T

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ops.movement import MOVABLE

SHAPE = (2, 3, 4)
# Loop nests of single elements, of runs, with a filled border, with a table, and from two inputs.
OPERATORS = {
    "TRANSPOSE": ([int32("order", [2, 0, 1])], (4, 2, 3), "TransposeOptions"),
    "SLICE": ([int32("begins", [0, 1, 0]), int32("sizes", [2, 2, 3])], (2, 2, 3), "SliceOptions"),
    "PAD": ([int32("paddings", [[0, 0], [1, 0], [0, 2]])], (2, 4, 6), "PadOptions"),
    "TILE": ([int32("multiples", [1, 2, 3])], (2, 6, 12), "TileOptions"),
    "RESHAPE": ([int32("shape", [24])], (24,), "ReshapeOptions"),
    "GATHER": ([int32("places", [1, 0, 1])], (3, 3, 4), "GatherOptions"),
    "MIRROR_PAD": ([int32("paddings", [[1, 1], [2, 1], [3, 3]])], (4, 6, 10), "MirrorPadOptions"),
}


# A model of nothing but float lookups counts as a float model and is refused.
@pytest.mark.parametrize(
    ("op", "dtype"), [(op, dtype) for op in OPERATORS for dtype in MOVABLE if (op, dtype) != ("GATHER", "float32")]
)
def test_elements_arrive_unchanged(op: str, dtype: str) -> None:
    constants, shape, table = OPERATORS[op]
    bits = np.random.default_rng(0).integers(0, 256, (3, *SHAPE, np.dtype(dtype).itemsize)).astype(np.uint8)
    samples = (bits % 2 if dtype == "bool" else bits).view(dtype).reshape(3, *SHAPE)
    scale = {"scales": (0.5,), "zero_points": (0,)} if dtype in ("int8", "uint8", "int16") else {}
    image, output = T("x", SHAPE, dtype, **scale), T("y", shape, dtype, **scale)  # type: ignore[arg-type]  # test data
    case = one_operator(op, [image, *constants], output, [samples], table)
    graph = import_tflite(case.tflite, "model", "model.tflite")
    assert mismatches(run_reference(graph, case.inputs), run_c_quickly(graph, case.inputs)) == 0
