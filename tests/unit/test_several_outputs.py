"""A node with several outputs: each is planned, traced and compared; one that nobody reads does no harm."""

import numpy as np
from support.arena_checker import check_arena
from support.host_c import run_c
from support.refusals import int32
from support.tflite_model import Op, T, tflite_model

from tinyq.codegen.model import generate
from tinyq.emulator.agreement import first_difference, mismatches
from tinyq.emulator.host import HostModel
from tinyq.emulator.reference import run_reference, run_traced
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory
from tinyq.pipeline import optimize

IMAGES = np.arange(24, dtype=np.int8).reshape(2, 1, 12)


def quantized(name: str, *shape: int) -> T:
    return T(name, shape, scales=(0.5,), zero_points=(3,))


def split() -> Graph:
    """An input in three parts; the last is joined to the first, the one between them is not used."""
    tensors = [
        quantized("x", 1, 12),
        int32("sizes", [2, 3, 7]),
        int32("axis", [1]),
        *(quantized(f"part{number}", 1, size) for number, size in enumerate((2, 3, 7))),
        quantized("y", 1, 9),
    ]
    parts = ["part0", "part1", "part2"]
    operators = [
        Op("SPLIT_V", ["x", "sizes", "axis"], parts, "SplitVOptions", {"numSplits": 3}),
        Op("CONCATENATION", ["part2", "part0"], ["y"], "ConcatenationOptions", {"axis": 1}),
    ]
    return import_tflite(tflite_model(tensors, operators, ["x"], ["y"]), "net", "net.tflite")


def test_every_output_has_its_own_place() -> None:
    for graph in (split(), optimize(split())):
        plan = plan_memory(blocks(graph))
        check_arena(graph, plan.offsets, plan.arena_bytes)
        assert {"part0", "part1", "part2"} < plan.offsets.keys()


def test_the_answers_are_right() -> None:
    (answers,) = run_reference(split(), [IMAGES])
    assert answers[0].tolist() == [[5, 6, 7, 8, 9, 10, 11, 0, 1]]
    assert mismatches((answers,), run_c(optimize(split()), [IMAGES])) == 0


def test_a_differing_value_is_named_with_its_output() -> None:
    graph = split()
    model, layers = generate(graph, plan_memory(blocks(graph)), "model")
    found = HostModel(model, layers).run_traced([IMAGES[:1]])
    reference = run_traced(graph, [IMAGES[:1]])
    assert first_difference(graph, 0, reference, found) is None
    found["part2"][3] += 1
    assert str(first_difference(graph, 0, reference, found)) == (
        "sample 0, layer part0, output 2 [0, 3]: 9 where the NumPy reference has 8"
    )
