"""A large array that several layers have is stored once, whichever layers these are."""

from itertools import pairwise

import numpy as np
import pytest
from support.host_c import run_c_quickly
from support.tflite_model import Op, T, tflite_model

from tinyq.codegen.model import generate
from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory

WEIGHTS = np.random.default_rng(1).integers(-127, 128, (10, 10))


def dense_layers(names: list[str]) -> Graph:
    """Dense layers in a row, all with the same weights."""
    values = [T("x", (1, 10), scales=(0.1,), zero_points=(0,))]
    values += [
        T(f"net/{name}/BiasAdd", (1, 10), scales=(0.1,), zero_points=(number,)) for number, name in enumerate(names)
    ]
    weights = T("w", (10, 10), scales=(0.01,), zero_points=(0,), data=WEIGHTS)
    operators = [
        Op("FULLY_CONNECTED", [before.name, "w", None], [after.name], "FullyConnectedOptions")
        for before, after in pairwise(values)
    ]
    return import_tflite(tflite_model([*values, weights], operators, ["x"], [values[-1].name]), "net", "net.tflite")


@pytest.mark.parametrize("names", [["one", "two", "three"], ["step_2", "step", "step_2_weights"]])
def test_steps_with_the_same_weights_share_them(names: list[str]) -> None:
    graph = dense_layers(names)
    model, layers = generate(graph, plan_memory(blocks(graph)), "net")
    biases = 3 * 10 * 4
    assert sum(layer.weight_bytes for layer in layers) == WEIGHTS.size + biases
    assert model.files["net_weights.h"].count("[100]") == 1
    samples = [np.random.default_rng(2).integers(-128, 128, (5, 1, 10)).astype(np.int8)]
    assert np.array_equal(run_c_quickly(graph, samples)[0], run_reference(graph, samples)[0])
