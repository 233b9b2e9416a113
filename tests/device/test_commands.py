"""`tinyq profile` and `tinyq validate --engine device`, from the command line to their files."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import find
from support.cases import cases_of
from support.examples import examples
from support.graphs import convnet

from tinyq.cli import main


def tinyq(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="tinyq")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small convolutional network beside its test set."""
    folder = tmp_path_factory.mktemp("net")
    chance = np.random.default_rng(3)
    np.savez(folder / "net.npz", x=chance.integers(-128, 128, (12, 6, 6, 2)).astype(np.int8))
    path = folder / "net.tflite"
    path.write_bytes(convnet())
    return path


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder without builds."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_profile_prints_a_table_and_writes_json_and_a_picture(model: Path, elsewhere: Path) -> None:
    data = model.with_suffix(".npz")
    result = tinyq("profile", model, "--board", "nano33", "--data", data, "--json", "p.json", "--svg", "p.svg")
    assert result.exit_code == 0, result.output
    assert "net on Arduino Nano 33 BLE, 64 MHz" in result.output
    assert "cortex-m4: rules of the Technical Reference Manual" in result.output
    found = json.loads((elsewhere / "p.json").read_text())
    assert found["clock_hz"] == 64_000_000
    for figure in ("instructions", "cycles"):
        assert sum(layer[figure] for layer in found["layers"]) == pytest.approx(found[figure], rel=0.01)
    ET.parse(elsewhere / "p.svg")


def test_validate_runs_the_image_on_the_emulated_board(model: Path, elsewhere: Path) -> None:
    data = model.with_suffix(".npz")
    arguments = ("--engine", "device", "--board", "nano33", "--data", data, "--json", "v.json")
    result = tinyq("validate", model, *arguments)
    assert result.exit_code == 0, result.output
    assert "the firmware boots on an emulated Arduino Nano 33 BLE, and its self-test passes" in result.output
    engines = {engine["name"]: engine for engine in json.loads((elsewhere / "v.json").read_text())["engines"]}
    assert (engines["device"]["values"], engines["device"]["mismatches"]) == (36, 0)


def test_a_build_s_own_image_is_taken_where_it_is_of_this_model(model: Path, elsewhere: Path) -> None:
    built = tinyq("build", model, "--board", "nano33", "--data", model.with_suffix(".npz"), "--out", "out")
    assert built.exit_code == 0, built.output
    assert "profile" not in json.loads((elsewhere / "out" / "report.json").read_text())
    assert tinyq("profile", model, "--board", "nano33", "--out", "out", "--json", "p.json").exit_code == 0
    report = json.loads((elsewhere / "out" / "report.json").read_text())
    assert report["profile"] == json.loads((elsewhere / "p.json").read_text())
    (elsewhere / "out" / "firmware.elf").unlink()
    result = tinyq("profile", model, "--board", "nano33", "--out", "out")
    assert result.exit_code == 1
    assert result.output == (
        "error: out: holds no firmware of this model for Arduino Nano 33 BLE\n"
        "  hint: tinyq build --board nano33 --out out builds it; without --out one is built for the emulator\n"
    )


def test_the_device_engine_needs_a_board(model: Path, elsewhere: Path) -> None:
    result = tinyq("validate", model, "--engine", "device")
    assert result.exit_code == 1
    assert "error: no board was named; accepted: " in result.output
    assert list(elsewhere.iterdir()) == []


def test_validate_says_where_tensorflow_lite_micro_lacks_an_operator(elsewhere: Path) -> None:
    case = find(cases_of("TILE"), lambda case: case.inputs[0].dtype == np.int8, settings=examples(20, compiled=True))
    (elsewhere / "tile.tflite").write_bytes(case.tflite)
    result = tinyq("validate", "tile.tflite", "--engine", "reference")
    assert result.exit_code == 0, result.output
    assert "oracle: TensorFlow Lite Micro does not have all of this model's operators" in result.output
