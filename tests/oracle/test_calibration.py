"""Calibration: what stays as TensorFlow makes it, and what repairs a model that min-max breaks."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from support.calibrated import accuracy, converted, float_accuracy, graph_of, images, quiet, source
from support.own_cache import use_own_cache

from tinyq.calibration.bias_correction import bias_corrected
from tinyq.calibration.float_tensors import named_statistics, named_values
from tinyq.cli import main
from tinyq.emulator.reference import run_traced
from tinyq.emulator.validation import raw_inputs, real_values
from tinyq.errors import TinyqError
from tinyq.frontend.choices import Choices
from tinyq.frontend.quantize import quantize_calibrated
from tinyq.frontend.ranges import read_ranges, with_ranges
from tinyq.ir.graph import Array
from tinyq.pipeline.source import read_source


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


def test_minmax_is_what_tensorflow_makes_byte_for_byte(broken_models: Path) -> None:
    found = source(broken_models, "plain", "usual", "minmax")
    assert found.tflite == converted(broken_models, "plain", "usual").tflite
    assert found.calibration is not None
    assert (found.calibration.recipe, found.calibration.search) == ("minmax", None)


def test_int16_is_converted_without_ranges_to_choose(broken_models: Path) -> None:
    data = str(broken_models / "usual.npz")
    found = read_source(broken_models / "plain.keras", data, quiet, Choices(scheme="int16x8"))
    assert found.calibration is None
    assert {tensor.dtype for tensor in graph_of(found.tflite).tensors.values() if tensor.data is None} == {"int16"}


def test_the_quantizer_by_itself_makes_what_it_makes_within_the_conversion(broken_models: Path) -> None:
    whole = converted(broken_models, "plain", "usual")
    (alone,) = quantize_calibrated([whole.calibrated], broken_models / "plain.keras", report=quiet)
    assert same_numbers(alone, whole.tflite)


def test_the_ranges_measured_here_are_those_that_tensorflow_measures(broken_models: Path) -> None:
    calibrated = converted(broken_models, "plain", "usual").calibrated
    graph, found = (
        graph_of(converted(broken_models, "plain", "usual").tflite),
        named_statistics(calibrated, images(broken_models, "usual")),
    )
    told = list(read_ranges(calibrated).values())
    assert len(told) == len(found) == len(graph.nodes) + 1
    for (low, high), statistics in zip(told, found.values(), strict=True):
        assert np.allclose((low, high), (statistics.low, statistics.high), rtol=1e-5)


def test_a_range_that_is_written_is_the_scale_that_comes_out(broken_models: Path) -> None:
    calibrated = converted(broken_models, "plain", "usual").calibrated
    number = list(read_ranges(calibrated))[-1]
    changed = with_ranges(calibrated, {number: (-1.0, 4.1)})
    assert np.allclose(read_ranges(changed)[number], (-1.0, 4.1))
    (int8,) = quantize_calibrated([changed], broken_models / "plain.keras", report=quiet)
    graph = graph_of(int8)
    assert np.isclose(graph.tensors[graph.outputs[0]].scale, 5.1 / 255)


@pytest.mark.parametrize(("model", "data"), [("plain", "outlier"), ("channels", "usual")])
def test_auto_repairs_what_minmax_breaks(broken_models: Path, model: str, data: str) -> None:
    float32 = float_accuracy(broken_models, converted(broken_models, model, data).float32)
    assert accuracy(broken_models, source(broken_models, model, data, "minmax").tflite) < float32 - 0.05
    assert accuracy(broken_models, source(broken_models, model, data, "auto").tflite) > float32 - 0.02


def test_auto_says_what_it_tried_and_is_the_same_every_time(
    broken_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = source(broken_models, "channels", "usual", "auto")
    assert first.calibration is not None
    search = first.calibration.search
    assert search is not None
    assert (search["metric"], search["held_out"]) == ("accuracy", 50)
    scores = {each["recipe"]: each["score"] for each in search["candidates"]}
    assert scores[first.calibration.recipe] == max(scores.values()) > scores["minmax"]
    assert (
        f"ranges chosen by {first.calibration.recipe}: the best of {len(scores)} on 50 samples held out" in first.notes
    )
    use_own_cache(broken_models / "another_cache", monkeypatch)
    again = source(broken_models, "channels", "usual", "auto")
    assert again.tflite == first.tflite
    assert again.calibration == first.calibration


def test_without_labels_the_noise_of_the_outputs_decides(broken_models: Path) -> None:
    np.savez(broken_models / "unlabelled.npz", x=images(broken_models, "usual")[0])
    found = source(broken_models, "channels", "unlabelled", "auto")
    assert found.calibration is not None
    assert found.calibration.search is not None
    noise = {each["recipe"]: each["signal_to_noise_db"] for each in found.calibration.search["candidates"]}
    assert noise[found.calibration.recipe] == max(noise.values()) > noise["minmax"] + 20


def test_a_recipe_that_is_named_is_followed(broken_models: Path) -> None:
    found = source(broken_models, "channels", "usual", "mse+equalized")
    float32 = float_accuracy(broken_models, converted(broken_models, "channels", "usual").float32)
    assert accuracy(broken_models, found.tflite) > float32 - 0.02
    assert found.notes == ("ranges chosen by mse+equalized",)


def test_the_report_names_the_outlier_and_the_narrow_channels(broken_models: Path) -> None:
    outlier, channels = (
        source(broken_models, "plain", "outlier", "minmax"),
        source(broken_models, "channels", "usual", "minmax"),
    )
    assert any(warning.startswith("sample 7 alone makes the range of layer ") for warning in outlier.warnings)
    assert any(warning.startswith("layer wide: 7 of 8 channels reach less than 1/64") for warning in channels.warnings)
    assert source(broken_models, "plain", "usual", "minmax").warnings == ()


def test_auto_refuses_a_handful_of_samples(broken_models: Path) -> None:
    np.savez(broken_models / "few.npz", x=images(broken_models, "usual")[0][:5])
    with pytest.raises(TinyqError) as caught:
        source(broken_models, "plain", "few", "auto")
    model = broken_models / "plain.keras"
    assert caught.value.message == f"{model}: found 5 samples; accepted for calibrate = 'auto': 6 or more"
    assert caught.value.hint == "every third of them is held out to measure on: give some hundred"


def test_a_build_reports_how_it_was_calibrated(broken_models: Path) -> None:
    lines = ("model = 'channels.keras'", "data = 'usual.npz'", "board = 'nano33'", "calibrate = 'mse+equalized'")
    (broken_models / "tinyq.toml").write_text("\n".join(lines))
    result = CliRunner().invoke(main, ["build", "--project", str(broken_models), "--out", str(broken_models / "out")])
    assert result.exit_code == 0, result.output
    assert "ranges chosen by mse+equalized" in result.output
    found = json.loads((broken_models / "out" / "report.json").read_text())["calibration"]
    assert (found["recipe"], found["samples"], sum(found["classes"]), found["search"]) == (
        "mse+equalized",
        150,
        150,
        None,
    )
    assert [layer["layer"] for layer in found["layers"]] == ["wide", "deep", "pool", "mixed", "flat", "head"]
    assert found["layers"][0]["narrow"] == 0


@pytest.mark.parametrize("model", ["plain", "channels"])
def test_corrected_biases_leave_less_error_on_average(broken_models: Path, model: str) -> None:
    whole, given = converted(broken_models, model, "usual"), images(broken_models, "usual")
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


def test_a_model_with_an_lstm_takes_minmax_alone(models: Path) -> None:
    with pytest.raises(TinyqError) as caught:
        read_source(models / "lstm.keras", str(models / "series.npz"), quiet, Choices(calibrate="mse"))
    assert caught.value.message == (
        f"{models / 'lstm.keras'}: found an LSTM; accepted for a model with one: calibrate = 'minmax'"
    )
    assert caught.value.hint == "leave out --calibrate, or set unroll=True in the layer"
