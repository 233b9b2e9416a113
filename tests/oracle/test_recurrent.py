"""Keras's recurrent layers as they are saved by default, unroll=False: converted, built, run."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tinyq.cli import main
from tinyq.emulator.float_model import run_float
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.frontend.islands import float_islands
from tinyq.frontend.quantize import Quantized, quantize
from tinyq.frontend.schema import operator_name, parse
from tinyq.ir.graph import Array
from tinyq.numerics.affine import dequantize
from tinyq.numerics.affine import quantize as to_integers
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.measure import host_engine, oracle_engine
from tinyq.pipeline.target import target_of

SERIES = np.random.default_rng(0).normal(size=(60, 6, 4)).astype(np.float32)


def quiet(text: str) -> None:
    """A report that nobody reads."""


@cache
def converted(models: Path, name: str) -> Quantized:
    return quantize(models / f"{name}.keras", str(models / "series.npz"), report=quiet)


def keras_answers(model: Path) -> Array:
    """What the saved Keras model itself says to SERIES."""
    script = (
        "import sys, keras, numpy as np; "
        "np.save(sys.argv[3], keras.saving.load_model(sys.argv[1]).predict(np.load(sys.argv[2]), verbose=0))"
    )
    files = [str(model), str(model.parent / "asked.npy"), str(model.parent / "answered.npy")]
    np.save(files[1], SERIES)
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    subprocess.run([sys.executable, "-c", script, *files], env=environment, capture_output=True, check=True)
    answers: Array = np.load(files[2])
    return answers


@pytest.mark.parametrize(
    ("name", "operator", "notes"),
    [
        ("sequence", "UNIDIRECTIONAL_SEQUENCE_LSTM", ("layer memory (LSTM) is converted as one operator",)),
        (
            "two_ways",
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            (
                "layer forward_inner (LSTM) is converted as one operator",
                "layer backward_inner (LSTM) is converted as one operator",
                "layer memory (LSTM) is converted as one operator",
            ),
        ),
        (
            "gru",
            "FULLY_CONNECTED",
            ("layer gates (GRU) is unrolled: its code grows with the length of the sequence",),
        ),
        (
            "simple",
            "FULLY_CONNECTED",
            ("layer plain (SimpleRNN) is unrolled: its code grows with the length of the sequence",),
        ),
        ("rnn", "FULLY_CONNECTED", ("layer cells (RNN) is unrolled: its code grows with the length of the sequence",)),
    ],
)
def test_a_recurrent_layer_converts_to_int8_and_answers_as_keras_does(
    name: str, operator: str, notes: tuple[str, ...], models: Path
) -> None:
    quantized = converted(models, name)
    assert quantized.notes == notes
    assert float_islands(quantized.tflite, name)[0] == ()
    model = parse(quantized.tflite, name)
    assert operator in {operator_name(model, operation) for operation in model.subgraphs[0].operators}
    expected = keras_answers(models / f"{name}.keras")
    (answers,) = run_float(quantized.float32, [SERIES])
    assert np.allclose(answers.reshape(expected.shape), expected, atol=1e-5)


def test_an_lstm_is_named_after_its_layer(models: Path) -> None:
    graph = compile_tflite(converted(models, "sequence").tflite, "net", "net.tflite").graph
    assert [(node.name, node.op) for node in graph.nodes][:1] == [("memory", "UNIDIRECTIONAL_SEQUENCE_LSTM")]
    assert [state.name for state in graph.states] == ["memory/hidden", "memory/cell"]
    assert not graph.is_stateful


@pytest.mark.parametrize("name", ["sequence", "two_ways", "gru", "simple", "rnn", "lstm"])
def test_every_engine_agrees_on_a_recurrent_layer_and_it_is_near_to_float(name: str, models: Path) -> None:
    quantized = converted(models, name)
    compiled = compile_tflite(quantized.tflite, "net", "net.tflite")
    graph = compiled.graph
    given = graph.tensors[graph.inputs[0]]
    inputs = [to_integers(SERIES[:, np.newaxis], given.scale, given.zero_point, "int8")]
    (expected,) = run_reference(graph, inputs)
    assert np.array_equal(host_engine(compiled).run(inputs, lambda _: None, 1)[0], expected)
    assert np.array_equal(run_oracle(quantized.tflite, 1, inputs, steps=1)[0], expected)
    output = graph.tensors[graph.outputs[0]]
    (real,) = run_float(quantized.float32, [SERIES])
    errors = np.abs(dequantize(expected, output.scale, output.zero_point) - real.reshape(expected.shape))
    assert errors.max() < 0.06 * np.abs(real).max()


@pytest.mark.parametrize("name", ["sequence", "two_ways"])
def test_an_lstm_in_the_profile_xnnpack_agrees_with_tensorflow_lites_interpreter(name: str, models: Path) -> None:
    target = target_of(None, arithmetic="xnnpack")
    compiled = compile_tflite(converted(models, name).tflite, "net", "net.tflite", target)
    graph = compiled.graph
    given = graph.tensors[graph.inputs[0]]
    inputs = [to_integers(SERIES[:, np.newaxis], given.scale, given.zero_point, "int8")]
    (expected,) = run_reference(graph, inputs)
    oracle = oracle_engine(compiled)
    assert oracle is not None
    for engine in (host_engine(compiled), oracle):
        assert np.array_equal(engine.run(inputs, lambda _: None, 1)[0], expected)


def test_a_model_with_an_lstm_builds_for_a_board_and_its_image_agrees(models: Path, tmp_path: Path) -> None:
    model, data = models / "sequence.keras", models / "series.npz"
    built = CliRunner().invoke(
        main, ["build", str(model), "--board", "mps2_an386", "--data", str(data), "--out", str(tmp_path / "out")]
    )
    assert built.exit_code == 0, built.output
    assert "layer memory (LSTM) is converted as one operator" in built.output
    arguments = ["--engine", "device", "--board", "mps2_an386", "--data", str(data), "--out", str(tmp_path / "out")]
    validated = CliRunner().invoke(main, ["validate", str(model), *arguments])
    assert validated.exit_code == 0, validated.output


def test_the_weights_of_an_unrolled_layer_are_in_the_file_once(models: Path) -> None:
    """Six steps multiply with two matrices."""
    model = parse(converted(models, "gru").tflite, "gru")
    tensors = model.subgraphs[0].tensors
    dense = [each for each in model.subgraphs[0].operators if operator_name(model, each) == "FULLY_CONNECTED"]
    gates = [tensors[each.inputs[1]] for each in dense if tensors[each.inputs[1]].shape[0] == 9]
    assert len(gates) > 6
    assert len({each.buffer for each in gates}) == 2


def test_a_stateful_layer_is_refused_with_another_way(models: Path) -> None:
    with pytest.raises(TinyqError) as caught:
        converted(models, "stateful")
    assert str(caught.value) == (
        "layer kept (GRU): found stateful=True; accepted: stateful=False\n"
        "  hint: train an LSTM on whole sequences with return_sequences=True, and write stream = true into tinyq.toml: "
        "it then takes one step a call and keeps its state"
    )
