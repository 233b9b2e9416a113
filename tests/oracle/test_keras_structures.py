"""Keras models of well-known structures are quantized, built, and answer as the oracle does, on every byte.

The oracle is tflite-micro; BUILTIN_REF where the converter emits TILE, which tflite-micro lacks.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.cases._case import Array
from support.host_c import run_c
from support.oracles import builtin_ref, with_first_version_of

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.float_model import run_float
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.frontend.quantize import Quantized, quantize
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph, Scheme
from tinyq.numerics.affine import dequantize
from tinyq.numerics.affine import quantize as quantize_array
from tinyq.pipeline import optimize

MAKER = Path(__file__).parent.parent / "support" / "keras_structures.py"
# Of each structure: operators that only it tests, and how far it may be off the float model, in parts of the range.
STRUCTURES = {
    "unet": ({"TRANSPOSE_CONV", "CONCATENATION", "RESIZE_BILINEAR", "TILE"}, 0.06),
    "rearranged": ({"SPLIT", "TRANSPOSE", "REVERSE_V2", "REDUCE_MAX", "SUM", "STRIDED_SLICE", "PACK", "GATHER"}, 0.02),
    "volumes": ({"TRANSPOSE", "STRIDED_SLICE", "TILE", "PAD"}, 0.02),
}


WINDOWS = {
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "TRANSPOSE_CONV",
    "FULLY_CONNECTED",
    "BATCH_MATMUL",
    "AVERAGE_POOL_2D",
    "MAX_POOL_2D",
    "MEAN",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where keras_structures.py has put its models."""
    folder = tmp_path_factory.mktemp("structures")
    done = subprocess.run([sys.executable, str(MAKER), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def samples_for(graph: Graph, real: Array) -> Array:
    """Real numbers as the model's input."""
    tensor = graph.tensors[graph.inputs[0]]
    return quantize_array(real, tensor.scale, tensor.zero_point, tensor.dtype)


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_answers_as_the_oracle_and_the_float_model(name: str, folder: Path) -> None:
    quantized = quantize(folder / f"{name}.keras", str(folder / f"{name}.npz"), report=lambda _: None)
    graph = import_tflite(quantized.tflite, name, f"{name}.tflite")
    operators, tolerance = STRUCTURES[name]
    assert operators <= {node.op for node in graph.nodes}
    real = np.load(folder / f"{name}.npz")["x"][:10, np.newaxis]
    inputs = [samples_for(graph, real)]
    answers = run_reference(graph, inputs)
    assert mismatches(answers, oracle_answers(quantized, graph, inputs)) == 0
    assert mismatches(answers, run_c(optimize(graph), inputs)) == 0
    for output, answer, exact in zip(graph.outputs, answers, run_float(quantized.float32, [real]), strict=True):
        tensor = graph.tensors[output]
        error = np.abs((answer.astype(np.float64) - tensor.zero_point) * tensor.scale - exact)
        assert error.max() <= tolerance * np.ptp(exact), output


def test_windows_of_int16_answer_as_the_oracle_and_nearer_to_the_float_model_than_of_int8(folder: Path) -> None:
    coarse, fine = (errors_of_windows(folder, scheme) for scheme in ("int8", "int16x8"))
    assert (fine < coarse).all(), (coarse, fine)


def errors_of_windows(folder: Path, scheme: Scheme) -> Array:
    """How far each output is off the float model; it equals the oracle and the C."""
    quantized = quantize(folder / "windows.keras", str(folder / "windows.npz"), report=lambda _: None, scheme=scheme)
    graph = import_tflite(quantized.tflite, "windows", "windows.tflite")
    assert graph.scheme == scheme
    assert {node.op for node in graph.nodes} >= WINDOWS
    real = np.load(folder / "windows.npz")["x"][:10, np.newaxis]
    inputs = [samples_for(graph, real)]
    answers = run_reference(graph, inputs)
    assert mismatches(answers, oracle_answers(quantized, graph, inputs)) == 0
    assert mismatches(answers, run_c(optimize(graph), inputs)) == 0
    errors = []
    for name, answer, exact in zip(graph.outputs, answers, run_float(quantized.float32, [real]), strict=True):
        tensor = graph.tensors[name]
        errors.append(np.abs(dequantize(answer, tensor.scale, tensor.zero_point) - exact).max())
    return np.array(errors)


def oracle_answers(quantized: Quantized, graph: Graph, inputs: list[Array]) -> tuple[Array, ...]:
    if any(node.op == "TILE" for node in graph.nodes):
        return builtin_ref(with_first_version_of("TILE", quantized.tflite), inputs)
    return run_oracle(quantized.tflite, len(graph.outputs), inputs)
