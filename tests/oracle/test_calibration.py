"""Calibration: what stays as TensorFlow makes it, what repairs a model that min-max breaks, and what says where."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tinyq.calibration.bias_correction import bias_corrected
from tinyq.calibration.float_tensors import named_statistics, named_values
from tinyq.calibration.simulation import simulated
from tinyq.cli import main
from tinyq.emulator.float_model import run_float
from tinyq.emulator.metrics import Labels, score
from tinyq.emulator.reference import run_reference, run_traced
from tinyq.emulator.validation import raw_inputs, real_values
from tinyq.errors import TinyqError
from tinyq.frontend.quantize import Quantized, quantize_cached, quantize_calibrated
from tinyq.frontend.ranges import read_ranges, with_ranges
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Array, Graph
from tinyq.pipeline.source import Source, read_source

MAKER = Path(__file__).parent.parent / "support" / "calibration_models.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where calibration_models.py has put its models, with a cache of tinyq's own."""
    folder = tmp_path_factory.mktemp("calibration")
    done = subprocess.run([sys.executable, str(MAKER), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYQ_CACHE", str(folder / "cache"))
        yield folder


def quiet(text: str) -> None:
    """A report that nobody reads."""


def converted(folder: Path, model: str, data: str) -> Quantized:
    return quantize_cached(folder / f"{model}.keras", str(folder / f"{data}.npz"), report=quiet)


def source(folder: Path, model: str, data: str, calibrate: str) -> Source:
    return read_source(folder / f"{model}.keras", str(folder / f"{data}.npz"), quiet, calibrate=calibrate)


def images(folder: Path, data: str) -> tuple[Array]:
    return (np.load(folder / f"{data}.npz")["x"],)


def graph_of(int8: bytes) -> Graph:
    return import_tflite(int8, "net", "net.tflite")


def accuracy(folder: Path, int8: bytes) -> float:
    """On samples that neither the head was fitted to nor any range chosen by."""
    graph = graph_of(int8)
    given = raw_inputs(images(folder, "test"), [graph.tensors[graph.inputs[0]]])
    answers = real_values(run_reference(graph, given)[0], graph.tensors[graph.outputs[0]])
    return score(answers, test_labels(folder))


def float_accuracy(folder: Path, float32: bytes) -> float:
    return score(run_float(float32, images(folder, "test"))[0], test_labels(folder))


def test_labels(folder: Path) -> Labels:
    return Labels(np.load(folder / "test.npz")["y"], "accuracy")


test_labels.__test__ = False  # type: ignore[attr-defined]  # a helper, whatever its name looks like to pytest


def same_numbers(one: bytes, other: bytes) -> bool:
    """Whether two models hold the same tensors, constants and quantizations; their bytes may be laid out otherwise."""
    left, right = graph_of(one), graph_of(other)
    return left.nodes == right.nodes and all(
        (tensor.shape, tensor.quantization) == (twin.shape, twin.quantization)
        and np.array_equal(
            np.zeros(0) if tensor.data is None else tensor.data, np.zeros(0) if twin.data is None else twin.data
        )
        for tensor, twin in zip(left.tensors.values(), right.tensors.values(), strict=True)
    )


def test_minmax_is_what_tensorflow_makes_byte_for_byte(folder: Path) -> None:
    found = source(folder, "plain", "usual", "minmax")
    assert found.tflite == converted(folder, "plain", "usual").tflite
    assert found.calibration is not None
    assert (found.calibration.recipe, found.calibration.search) == ("minmax", None)


def test_the_quantizer_by_itself_makes_what_it_makes_within_the_conversion(folder: Path) -> None:
    whole = converted(folder, "plain", "usual")
    (alone,) = quantize_calibrated([whole.calibrated], folder / "plain.keras", report=quiet)
    assert same_numbers(alone, whole.tflite)


def test_the_ranges_measured_here_are_those_that_tensorflow_measures(folder: Path) -> None:
    calibrated = converted(folder, "plain", "usual").calibrated
    graph, found = (
        graph_of(converted(folder, "plain", "usual").tflite),
        named_statistics(calibrated, images(folder, "usual")),
    )
    told = list(read_ranges(calibrated).values())
    assert len(told) == len(found) == len(graph.nodes) + 1
    for (low, high), statistics in zip(told, found.values(), strict=True):
        assert np.allclose((low, high), (statistics.low, statistics.high), rtol=1e-5)


def test_a_range_that_is_written_is_the_scale_that_comes_out(folder: Path) -> None:
    calibrated = converted(folder, "plain", "usual").calibrated
    number = list(read_ranges(calibrated))[-1]
    changed = with_ranges(calibrated, {number: (-1.0, 4.1)})
    assert np.allclose(read_ranges(changed)[number], (-1.0, 4.1))
    (int8,) = quantize_calibrated([changed], folder / "plain.keras", report=quiet)
    graph = graph_of(int8)
    assert np.isclose(graph.tensors[graph.outputs[0]].scale, 5.1 / 255)


@pytest.mark.parametrize(("model", "data"), [("plain", "outlier"), ("channels", "usual")])
def test_auto_repairs_what_minmax_breaks(folder: Path, model: str, data: str) -> None:
    float32 = float_accuracy(folder, converted(folder, model, data).float32)
    assert accuracy(folder, source(folder, model, data, "minmax").tflite) < float32 - 0.05
    assert accuracy(folder, source(folder, model, data, "auto").tflite) > float32 - 0.02


def test_auto_says_what_it_tried_and_is_the_same_every_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = source(folder, "channels", "usual", "auto")
    assert first.calibration is not None
    search = first.calibration.search
    assert search is not None
    assert (search["metric"], search["held_out"]) == ("accuracy", 50)
    scores = {each["recipe"]: each["score"] for each in search["candidates"]}
    assert scores[first.calibration.recipe] == max(scores.values()) > scores["minmax"]
    assert (
        f"ranges chosen by {first.calibration.recipe}: the best of {len(scores)} on 50 samples held out" in first.notes
    )
    monkeypatch.setenv("TINYQ_CACHE", str(folder / "another_cache"))
    again = source(folder, "channels", "usual", "auto")
    assert again.tflite == first.tflite
    assert again.calibration == first.calibration


def test_without_labels_the_noise_of_the_outputs_decides(folder: Path) -> None:
    np.savez(folder / "unlabelled.npz", x=images(folder, "usual")[0])
    found = source(folder, "channels", "unlabelled", "auto")
    assert found.calibration is not None
    assert found.calibration.search is not None
    noise = {each["recipe"]: each["signal_to_noise_db"] for each in found.calibration.search["candidates"]}
    assert noise[found.calibration.recipe] == max(noise.values()) > noise["minmax"] + 20


def test_a_recipe_that_is_named_is_followed(folder: Path) -> None:
    found = source(folder, "channels", "usual", "mse+equalized")
    float32 = float_accuracy(folder, converted(folder, "channels", "usual").float32)
    assert accuracy(folder, found.tflite) > float32 - 0.02
    assert found.notes == ("ranges chosen by mse+equalized",)


def test_the_report_names_the_outlier_and_the_narrow_channels(folder: Path) -> None:
    outlier, channels = source(folder, "plain", "outlier", "minmax"), source(folder, "channels", "usual", "minmax")
    assert any(warning.startswith("sample 7 alone makes the range of layer ") for warning in outlier.warnings)
    assert any(warning.startswith("layer wide: 7 of 8 channels reach less than 1/64") for warning in channels.warnings)
    assert source(folder, "plain", "usual", "minmax").warnings == ()


def test_auto_refuses_a_handful_of_samples(folder: Path) -> None:
    np.savez(folder / "few.npz", x=images(folder, "usual")[0][:5])
    with pytest.raises(TinyqError) as caught:
        source(folder, "plain", "few", "auto")
    model = folder / "plain.keras"
    assert caught.value.message == f"{model}: found 5 samples; accepted for calibrate = 'auto': 6 or more"
    assert caught.value.hint == "every third of them is held out to measure on: give some hundred"


def test_a_build_reports_how_it_was_calibrated(folder: Path) -> None:
    lines = ("model = 'channels.keras'", "data = 'usual.npz'", "board = 'nano33'", "calibrate = 'mse+equalized'")
    (folder / "tinyq.toml").write_text("\n".join(lines))
    result = CliRunner().invoke(main, ["build", "--project", str(folder), "--out", str(folder / "out")])
    assert result.exit_code == 0, result.output
    assert "ranges chosen by mse+equalized" in result.output
    found = json.loads((folder / "out" / "report.json").read_text())["calibration"]
    assert (found["recipe"], found["samples"], sum(found["classes"]), found["search"]) == (
        "mse+equalized",
        150,
        150,
        None,
    )
    assert [layer["layer"] for layer in found["layers"]] == ["wide", "deep", "pool", "mixed", "flat", "head"]
    assert found["layers"][0]["narrow"] == 0


@pytest.mark.parametrize("model", ["plain", "channels"])
def test_corrected_biases_leave_less_error_on_average(folder: Path, model: str) -> None:
    whole, given = converted(folder, model, "usual"), images(folder, "usual")
    expected = named_values(whole.calibrated, given)

    def mean_errors(int8: bytes) -> dict[str, float]:
        """For each layer with a bias, the magnitude of a channel's mean error, over the channels."""
        graph, errors = graph_of(int8), {}
        found = run_traced(graph, raw_inputs(given, [graph.tensors[graph.inputs[0]]]))
        for node in graph.nodes:
            if len(node.inputs) == 3:
                name = node.outputs[0]
                real = real_values(found[name], graph.tensors[name]).reshape(expected[name].shape)
                channels: Array = (real - expected[name]).reshape(-1, graph.tensors[name].shape[-1])
                errors[node.name] = float(np.abs(channels.mean(axis=0)).mean())
        return errors

    before, after = mean_errors(whole.tflite), mean_errors(bias_corrected(whole.tflite, whole.calibrated, given))
    assert list(before) == ["wide", "deep", "mixed", "head"]
    assert all(after[layer] < 0.6 * before[layer] for layer in before)
    assert after["head"] < 0.2 * before["head"]


def test_the_simulation_answers_as_the_model_within_a_step(folder: Path) -> None:
    whole, given = converted(folder, "plain", "usual"), images(folder, "usual")
    graph = graph_of(whole.tflite)
    output = graph.tensors[graph.outputs[0]]
    exact = real_values(run_reference(graph, raw_inputs(given, [graph.tensors[graph.inputs[0]]]))[0], output)
    steps = np.abs(run_float(simulated(whole.calibrated, graph, ()), given)[0] - exact) / output.scale
    assert steps.max() < 2.01
    assert (steps > 0.5).mean() < 0.2
    in_float = run_float(simulated(whole.calibrated, graph, graph.tensors), given)[0]
    assert np.array_equal(in_float, run_float(whole.calibrated, given)[0])


def test_debug_names_the_layer_that_was_made_to_break(folder: Path) -> None:
    command = ["debug", str(folder / "channels.keras"), "--data", str(folder / "usual.npz"), "--board", "nano33"]
    result = CliRunner().invoke(main, [*command, "--json", str(folder / "debug.json")])
    assert result.exit_code == 0, result.output
    found = json.loads((folder / "debug.json").read_text())
    assert found["culprit"]["layer"] == "wide"
    assert found["culprit"]["after"] > found["culprit"]["before"] + 0.1
    assert "layer wide loses most: accuracy" in result.output
    assert [engine["name"] for engine in found["validation"]["engines"]] == ["generated C", "device", "tflite-micro"]
    assert found["validation"]["mismatches"] == 0
    rows = {row["layer"]: row for row in found["layers"]}
    assert list(rows) == ["input image", "wide", "deep", "pool", "mixed", "flat", "head"]
    assert rows["wide"]["worst"] < 10 < rows["wide"]["signal_to_noise"]


def test_debug_blames_no_layer_of_a_sound_model(folder: Path) -> None:
    result = CliRunner().invoke(main, ["debug", str(folder / "plain.keras"), "--data", str(folder / "usual.npz")])
    assert result.exit_code == 0, result.output
    assert "no layer by itself makes much difference" in result.output


def test_debug_refuses_a_model_without_its_float_original(folder: Path) -> None:
    (folder / "plain.tflite").write_bytes(converted(folder, "plain", "usual").tflite)
    result = CliRunner().invoke(main, ["debug", str(folder / "plain.tflite"), "--data", str(folder / "usual.npz")])
    assert result.exit_code == 1
    assert result.output == (
        f"error: {folder / 'plain.tflite'}: found a model without its float original; accepted: one that tinyq "
        "quantizes to int8\n  hint: give the .keras or .h5 file, or the SavedModel folder, that the .tflite was made "
        "of\n"
    )


def test_a_model_with_an_lstm_takes_minmax_alone(models: Path) -> None:
    with pytest.raises(TinyqError) as caught:
        read_source(models / "lstm.keras", str(models / "series.npz"), quiet, calibrate="mse")
    assert caught.value.message == (
        f"{models / 'lstm.keras'}: found an LSTM; accepted for a model with one: calibrate = 'minmax'"
    )
    assert caught.value.hint == "leave out --calibrate, or set unroll=True in the layer"
