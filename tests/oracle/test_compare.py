"""float32 beside the built scheme, and all schemes side by side, on the digits example."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from support.mlperf import mlperf_folder

from benchmarks.scheme_inputs import vww
from tinyq.cli import main
from tinyq.cli._display import TerminalDisplay
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.frontend.choices import Choices
from tinyq.frontend.quantize import quantize_cached
from tinyq.pipeline import cost, schemes
from tinyq.pipeline.cost import FloatModel, float32_cost
from tinyq.pipeline.target import target_of

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
DIGITS, QAT_DIGITS = EXAMPLES / "digits", EXAMPLES / "qat_digits"


def tinyq(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="tinyq")


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("costs")


@pytest.fixture(autouse=True)
def _own_costs(costs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cost that was measured before is taken; what one test measures, the next may take."""
    monkeypatch.setattr(cost, "cache_folder", lambda: costs)


def build(out: Path, *more: str) -> tuple[dict[str, Any], str]:
    """The report of a build of digits, and what it printed."""
    done = tinyq("build", "--project", DIGITS, "--board", "nano33", "--out", out, *more)
    assert done.exit_code == 0, done.output
    return json.loads((out / "report.json").read_text()), done.output


def test_a_build_is_compared_with_float32_which_is_built_but_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, said = build(tmp_path / "one")
    found, current = report["comparison"], load_board("nano33").active_current
    before, after = found["before"], found["after"]
    assert (found["metric"], before["scheme"], after["scheme"]) == ("accuracy", "float32", "int8")
    for size in ("flash_bytes", "weight_bytes", "ram_bytes", "arena_bytes"):
        assert 0 < after[size] == report["memory"][size] < before[size]
    assert 0 < after["cycles"] < before["cycles"]
    assert before["weight_bytes"] > 2.5 * after["weight_bytes"]
    validation = report["validation"]
    assert (before["score"], after["score"]) == (validation["accuracy_float"], validation["accuracy_int8"])
    assert current is not None
    assert [side["energy_joules"] for side in (before, after)] == [
        current.joules(side["cycles"]) for side in (before, after)
    ]
    assert f"float32 → int8: flash {before['flash_bytes']:,} → {after['flash_bytes']:,}" in said

    def not_again(*_arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr(cost, "compile_tflite", not_again)
    monkeypatch.setattr(cost, "device_profile", not_again)
    again, _ = build(tmp_path / "two")
    assert again["comparison"] == found


def test_nothing_is_compared_where_the_user_does_not_want_it(tmp_path: Path) -> None:
    report, said = build(tmp_path, "--no-compare")
    assert report["comparison"] == {"skipped": "--no-compare was given"}
    assert "not compared with float32: --no-compare was given" in said


def test_the_float_model_says_why_it_can_not_be_built_and_not_where_it_lies(tmp_path: Path) -> None:
    done = tinyq("build", "--project", EXAMPLES / "wake_word", "--board", "nano33", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "report.json").read_text())["comparison"] == {
        "skipped": "wake_word.keras: layer unidirectional_sequence_lstm (UNIDIRECTIONAL_SEQUENCE_LSTM): found tensor "
        "wake_word/features/Tensordot;wake_word/features/Relu;wake_word/features/BiasAdd of type float32; accepted: "
        "int8 or int16"
    }


def test_float32_is_not_compared_with_itself(tmp_path: Path) -> None:
    report, _ = build(tmp_path, "--scheme", "float32")
    assert report["comparison"] == {"skipped": "this is the float32 model"}


def test_a_float_model_that_does_not_fit_is_the_reason_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "require_fit", too_large)
    board = load_board("rpi_pico")
    quantized = quantize_cached(DIGITS / "digits.keras", str(DIGITS / "calibration.npz"), report=lambda _: None)
    sample = (np.zeros((1, 8, 8, 1), np.float32),)
    target = target_of(board, allow_float=True)
    model = FloatModel(quantized.float32, "digits", "digits.keras", target, board, "zig", "clang", sample)
    for _ in range(2):
        with pytest.raises(TinyqError) as caught:
            float32_cost(model)
        assert str(caught.value) == "too large\n  hint: smaller"
        monkeypatch.setattr(cost, "require_fit", None)
    with pytest.raises(TypeError):  # by another compiler it is tried
        float32_cost(replace(model, compiler="another"))


def too_large(*_arguments: object) -> None:
    raise TinyqError("too large", "smaller")


def test_all_schemes_stand_side_by_side_with_what_the_build_says_of_them(tmp_path: Path) -> None:
    files = ("--json", tmp_path / "table.json", "--markdown", tmp_path / "table.md")
    done = tinyq("compare", "--project", DIGITS, "--board", "nano33", "--schemes", "float32,int8", *files)
    assert done.exit_code == 0, done.output
    table = json.loads((tmp_path / "table.json").read_text())
    assert (table["model"], table["board"]) == ("digits", "nano33")
    report, _ = build(tmp_path / "out")
    for row, side in zip(table["schemes"], ("before", "after"), strict=True):
        assert (row.pop("metric"), row.pop("samples"), row.pop("mismatches")) == ("accuracy", 450, 0)
        assert row == report["comparison"][side]
    assert (tmp_path / "table.md").read_text().startswith("| scheme | accuracy | flash |")
    assert "digits on Arduino Nano 33 BLE, 64 MHz" in done.output


def test_a_scheme_that_refuses_the_model_shows_why_and_the_others_their_figures(tmp_path: Path) -> None:
    found = tmp_path / "table.json"
    schemes = ("--schemes", "int8,int16x8", "--json", found)
    done = tinyq("compare", "--project", QAT_DIGITS, "--board", "nano33", *schemes)
    assert done.exit_code == 0, done.output
    int8, int16x8 = json.loads(found.read_text())["schemes"]
    assert int8["mismatches"] == 0
    assert int16x8 == {
        "scheme": "int16x8",
        "refused": "qat_digits.keras: found the scheme int16x8; accepted: int8, for a model that was trained so",
    }


def test_ranges_are_chosen_for_the_schemes_that_have_some(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    def read_source(_model: Path, _data: str, _report: object, choices: Choices) -> None:
        asked[choices.scheme] = choices.calibrate
        raise TinyqError("asked")

    monkeypatch.setattr(schemes, "read_source", read_source)
    choices, display = Choices(calibrate="mse"), TerminalDisplay(Console(quiet=True))
    question = schemes.Question(DIGITS / "digits.keras", "digits", load_board("nano33"), None, None, choices)
    schemes.try_schemes(question, schemes.read_schemes("int8,int16x8,dynamic,mixed"), display)
    assert asked == {"int8": "mse", "int16x8": None, "dynamic": None, "mixed": "mse"}


def test_bits_of_layers_are_for_the_scheme_mixed_among_the_others(tmp_path: Path) -> None:
    layers, found = tmp_path / "layers.json", tmp_path / "table.json"
    layers.write_text('{"edges": 16}')
    schemes = ("--schemes", "int8,mixed", "--layers", layers, "--json", found)
    done = tinyq("compare", "--project", DIGITS, "--board", "nano33", *schemes)
    assert done.exit_code == 0, done.output
    int8, mixed = json.loads(found.read_text())["schemes"]
    assert (int8["mismatches"], mixed["mismatches"]) == (0, 0)
    assert mixed["cycles"] > int8["cycles"]


def test_visual_wake_words_is_measured_on_images_of_both_classes(tmp_path: Path) -> None:
    labels = np.load(vww(mlperf_folder(), tmp_path).test)["y"]
    assert 0.1 < labels.mean() < 0.9


def test_a_quantized_file_can_not_be_had_in_other_schemes(tmp_path: Path) -> None:
    model = tmp_path / "net.tflite"
    model.write_bytes(b"")
    done = tinyq("compare", model, "--board", "nano33")
    assert done.exit_code == 1
    assert done.output.endswith(
        f"error: {model}: found a .tflite; accepted: a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder\n"
        "  hint: a .tflite goes straight into `tinyq build`\n"
    )
