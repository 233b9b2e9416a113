"""Keras layers that become many small operators, some in float32: exact, and without float at run time."""

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
from tinyq.pipeline import optimize


def quiet(text: str) -> None:
    """A report that nobody reads."""


@pytest.mark.parametrize("oracle", ["tflite_micro", "tflite"])
def test_layers_of_elementwise_operators_are_exact_and_integer(oracle: str, models: Path) -> None:
    file, data = models / f"elementwise_in_{oracle}.keras", models / "wide_series.npz"
    tflite = quantize(file, str(data), report=quiet).tflite
    graph = import_tflite(tflite, "net", file.name)
    optimized = optimize(graph)
    samples = np.random.default_rng(1).integers(-128, 128, (40, 1, 6, 8)).astype(np.int8)
    samples[:6] = np.resize(np.arange(-128, 128), (6, 1, 6, 8))
    outputs = len(graph.outputs)
    expected = run_oracle(tflite, outputs, [samples]) if oracle == "tflite_micro" else builtin_ref(tflite, [samples])
    assert mismatches(expected, run_reference(graph, [samples])) == 0
    assert mismatches(expected, run_c_quickly(optimized, [samples])) == 0
    assert {tensor.dtype for tensor in graph.tensors.values()} >= {"float32"}, "the converter left no float32 behind"
    assert "float32" not in {tensor.dtype for tensor in optimized.tensors.values()}


def test_an_activation_of_many_operators_is_one_table(models: Path) -> None:
    tflite = quantize(models / "mish.keras", str(models / "wide_series.npz"), report=quiet).tflite
    graph = import_tflite(tflite, "net", "mish.keras")
    assert [node.op for node in graph.nodes] == ["EXP", "ADD", "LOG", "TANH", "MUL"]
    assert [(node.name, node.op) for node in optimize(graph).nodes] == [("mish", "TABLE")]
