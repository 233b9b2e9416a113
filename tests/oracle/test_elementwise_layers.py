"""Keras layers that the converter makes of many small operators, some in float32: exact, and without float at run time."""

from pathlib import Path

import numpy as np
import pytest
from support.host_c import run_c_quickly
from support.oracles import builtin_ref

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.frontend.quantize import quantize
from tinyq.frontend.tflite import import_tflite
from tinyq.ops import operator
from tinyq.pipeline import optimize

ACTIVATIONS = 9


def quiet(text: str) -> None:
    """A report that nobody reads."""


@pytest.mark.parametrize("oracle", ["tflite_micro", "tflite"])
def test_layers_of_elementwise_operators_are_exact_and_integer(oracle: str, models: Path) -> None:
    file, data = models / f"elementwise_in_{oracle}.keras", models / "wide_series.npz"
    tflite = quantize(file, str(data), report=quiet).int8
    graph = import_tflite(tflite, "net", file.name)
    optimized = optimize(graph)
    samples = np.random.default_rng(1).integers(-128, 128, (40, 1, 6, 8)).astype(np.int8)
    samples[:6].flat = np.arange(-128, 160)
    expected = (
        run_oracle(tflite, len(graph.outputs), [samples])
        if oracle == "tflite_micro"
        else builtin_ref(tflite, [samples])
    )
    assert mismatches(expected, run_reference(graph, [samples])) == 0
    assert mismatches(expected, run_c_quickly(optimized, [samples])) == 0
    assert {tensor.dtype for tensor in graph.tensors.values()} >= {"float32"}, "the converter left no float32 behind"
    assert "float32" not in {tensor.dtype for tensor in optimized.tensors.values()}


def test_an_activation_of_many_operators_is_one_table(models: Path) -> None:
    file = models / "elementwise_in_tflite.keras"
    tflite = quantize(file, str(models / "wide_series.npz"), report=quiet).int8
    graph = import_tflite(tflite, "net", file.name)
    optimized = optimize(graph)
    assert len(graph.nodes) > 3 * ACTIVATIONS
    assert len(optimized.nodes) == ACTIVATIONS
    assert all(operator(node.op).template == "table" for node in optimized.nodes)
