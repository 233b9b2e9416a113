"""Schemes whose activations are float32: a Keras model in each, made without data, answers as TensorFlow Lite does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from support import mlperf
from support.oracles import builtin_ref

from tinyq.cli import main
from tinyq.emulator.reference import run_reference
from tinyq.frontend.choices import Choices
from tinyq.frontend.schema import parse
from tinyq.kernels import Target
from tinyq.numerics import affine
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.inspect import inspect
from tinyq.pipeline.source import Source, read_source

SAMPLES, FEW = 200, 10
STORED = {"int8-weights": {"FLOAT32", "INT8"}, "int4-weights": {"FLOAT32", "INT4"}, "dynamic": {"FLOAT32", "INT8"}}
SOFTMAX_STEPS = 3 * 2.0**-23  # of exponentials, as in test_float_operators.py
SCALE, ZERO_POINT = 0.5847029089927673, 83  # of the inputs as the reference model has them in int8


def quiet(_: str) -> None:
    pass


def source(scheme: str) -> Source:
    return read_source(mlperf.mlperf_folder() / "kws_saved_model", None, quiet, Choices(scheme=scheme))


def spectra() -> NDArray[Any]:
    """Real inputs of the keyword model."""
    integers = np.load(mlperf.mlperf_folder() / "kws_test.npz")["x"][:SAMPLES].reshape(-1, 1, 49, 10, 1)
    return affine.dequantize(integers, SCALE, ZERO_POINT)


@pytest.mark.parametrize("scheme", STORED)
def test_the_keyword_model_answers_as_tensorflow_lite(scheme: str) -> None:
    made = source(scheme)
    graph = compile_tflite(made.tflite, "kws", "kws", Target(allow_float=True)).graph
    assert graph.scheme == scheme
    (answers,) = run_reference(graph, [spectra()[:FEW]])
    (expected,) = builtin_ref(made.tflite, [spectra()[:FEW]])
    assert (np.abs(answers - expected) <= SOFTMAX_STEPS * expected).all()


@pytest.mark.parametrize(("scheme", "points"), [("int8-weights", 0.5), ("int4-weights", 2.0), ("dynamic", 0.5)])
def test_the_keyword_model_keeps_its_accuracy(scheme: str, points: float) -> None:
    made, labels = source(scheme), mlperf.labels("kws")[:SAMPLES]
    assert made.float32 is not None
    right = [
        float(np.mean(builtin_ref(tflite, [spectra()])[0].reshape(SAMPLES, -1).argmax(1) == labels))
        for tflite in (made.tflite, made.float32)
    ]
    assert right[0] >= right[1] - points / 100


@pytest.mark.parametrize("scheme", STORED)
def test_quantize_needs_no_data_and_stores_integers(scheme: str, tmp_path: Path) -> None:
    model, out = mlperf.mlperf_folder() / "ad01.h5", tmp_path / "ad.tflite"
    arguments = ["quantize", str(model), "--scheme", scheme, "--out", str(out)]
    result = CliRunner().invoke(main, arguments, prog_name="tinyq")
    assert result.exit_code == 0, result.output
    from ai_edge_litert.schema_py_generated import TensorType

    names = {number: name for name, number in vars(TensorType).items()}
    tensors = parse(out.read_bytes(), "ad.tflite").subgraphs[0].tensors
    assert {names[tensor.type] for tensor in tensors} == STORED[scheme]


@pytest.mark.parametrize("scheme", STORED)
def test_inspect_shows_what_would_be_built(scheme: str) -> None:
    found = inspect(mlperf.mlperf_folder() / "kws_saved_model", quiet, scheme)
    assert (found.as_dict()["can_be_built"], found.as_dict()["scheme"]) == (True, scheme)
    assert not found.is_made_up


def test_a_model_that_was_trained_rounded_is_dynamic_as_float32_is_without_the_rounding() -> None:
    model = Path(__file__).parent.parent.parent / "examples" / "qat_digits" / "qat_digits.keras"
    made = read_source(model, None, quiet, Choices(scheme="dynamic"))
    graph = compile_tflite(made.tflite, "digits", "digits", Target(allow_float=True)).graph
    computed = {tensor.dtype for tensor in graph.tensors.values() if not tensor.is_constant}
    assert computed == {"float32"}
