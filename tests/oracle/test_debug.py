"""`tinyq debug` names the layer in which a quantized model loses its accuracy."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner
from support.calibrated import converted, graph_of, images

from tinyq.calibration.simulation import simulated
from tinyq.cli import main
from tinyq.emulator.float_model import run_float
from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import raw_inputs, real_values


def test_the_simulation_answers_as_the_model_within_a_step(broken_models: Path) -> None:
    whole, given = converted(broken_models, "plain", "usual"), images(broken_models, "usual")
    graph = graph_of(whole.tflite)
    output = graph.tensors[graph.outputs[0]]
    exact = real_values(run_reference(graph, raw_inputs(given, [graph.tensors[graph.inputs[0]]]))[0], output)
    steps = np.abs(run_float(simulated(whole.calibrated, graph, ()), given)[0] - exact) / output.scale
    assert steps.max() < 2.01
    assert (steps > 0.5).mean() < 0.2
    in_float = run_float(simulated(whole.calibrated, graph, graph.tensors), given)[0]
    assert np.array_equal(in_float, run_float(whole.calibrated, given)[0])


def test_debug_names_the_layer_that_was_made_to_break(broken_models: Path) -> None:
    command = [
        "debug",
        str(broken_models / "channels.keras"),
        "--data",
        str(broken_models / "usual.npz"),
        "--board",
        "nano33",
    ]
    result = CliRunner().invoke(main, [*command, "--json", str(broken_models / "debug.json")])
    assert result.exit_code == 0, result.output
    found = json.loads((broken_models / "debug.json").read_text())
    assert found["culprit"]["layer"] == "wide"
    assert found["culprit"]["after"] > found["culprit"]["before"] + 0.1
    assert "layer wide loses most: accuracy" in result.output
    assert [engine["name"] for engine in found["validation"]["engines"]] == ["generated C", "device", "tflite-micro"]
    assert found["validation"]["mismatches"] == 0
    rows = {row["layer"]: row for row in found["layers"]}
    assert list(rows) == ["input image", "wide", "deep", "pool", "mixed", "flat", "head"]
    assert rows["wide"]["worst"] < 10 < rows["wide"]["signal_to_noise"]
    assert rows["wide"]["score_in_16"] > found["culprit"]["before"] + 0.1
    assert rows["deep"]["score_in_16"] < found["culprit"]["before"] + 0.1


def test_debug_blames_no_layer_of_a_sound_model(broken_models: Path) -> None:
    result = CliRunner().invoke(
        main, ["debug", str(broken_models / "plain.keras"), "--data", str(broken_models / "usual.npz")]
    )
    assert result.exit_code == 0, result.output
    assert "no layer by itself makes much difference" in result.output


def test_debug_refuses_a_model_without_its_float_original(broken_models: Path) -> None:
    (broken_models / "plain.tflite").write_bytes(converted(broken_models, "plain", "usual").tflite)
    result = CliRunner().invoke(
        main, ["debug", str(broken_models / "plain.tflite"), "--data", str(broken_models / "usual.npz")]
    )
    assert result.exit_code == 1
    assert result.output == (
        f"error: {broken_models / 'plain.tflite'}: found a model without its float original; accepted: one that tinyq "
        "quantizes to int8\n  hint: give the model that the .tflite was made "
        "of\n"
    )
