"""`tinyq build` from end to end: what it leaves, what it prints, and what it leaves when it fails."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from support.graphs import convnet
from support.signals import take_ctrl_c

from tinyq.cli import main
from tinyq.emulator.device.machine import Machine
from tinyq.firmware.board import load_board

ARTIFACTS = ("firmware.elf", "firmware.hex", "firmware.bin", "report.json")


def tinyq(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="tinyq")


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """net.tflite with net.npz beside it: int8 images and classes."""
    folder = tmp_path_factory.mktemp("net")
    chance = np.random.default_rng(2)
    images = chance.integers(-128, 128, (40, 6, 6, 2)).astype(np.int8)
    np.savez(folder / "net.npz", x=images, y=chance.integers(0, 3, 40))
    path = folder / "net.tflite"
    path.write_bytes(convnet())
    return path


@pytest.fixture(scope="session")
def built(model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("out")
    result = tinyq("build", model, "--board", "nano33", "--data", model.with_suffix(".npz"), "--out", out)
    assert result.exit_code == 0, result.output
    return out, result


def test_a_build_leaves_image_project_and_report(built: tuple[Path, Result]) -> None:
    out, _ = built
    assert all((out / name).stat().st_size > 0 for name in ARTIFACTS)
    assert (out / "project" / "platformio.ini").is_file()
    assert (out / "arena.svg").read_text().startswith("<svg")


def test_the_report_holds_what_other_tools_rely_on(built: tuple[Path, Result]) -> None:
    out, _ = built
    report = json.loads((out / "report.json").read_text())
    assert report["model"]["name"] == "net"
    assert report["model"]["macs"] == 3024
    assert report["model"]["inputs"] == [
        {"name": "image", "shape": [1, 6, 6, 2], "dtype": "int8", "bytes": 72, "scale": 0.5, "zero_point": 7}
    ]
    assert [layer["name"] for layer in report["model"]["layers"]] == ["conv", "dense", "softmax"]
    assert set(report["model"]["layers"][0]) == {
        "name",
        "op",
        "bits",
        "macs",
        "shape",
        "arena_offset",
        "bytes",
        "weight_bytes",
    }
    assert set(report["board"]) == {"name", "cpu", "clock_hz", "flash_bytes", "ram_bytes"}
    assert report["memory"]["arena_bytes"] == 252
    assert report["memory"]["flash_bytes"] == (out / "firmware.bin").stat().st_size
    assert report["artifacts"] == {"elf": "firmware.elf", "hex": "firmware.hex", "bin": "firmware.bin"}
    assert (report["arithmetic"], report["optimize"]) == ("tflm", "balanced")
    assert report["validation"]["samples"] == 40
    assert report["validation"]["mismatches"] == 0
    assert report["comparison"] == {"skipped": "a .tflite has no float32 form"}
    assert set(report["toolchain"]) == {"compiler", "version", "flags"}


def test_the_summary_names_layers_memory_and_agreement(built: tuple[Path, Result]) -> None:
    _, result = built
    for text in ("conv", "FULLY_CONNECTED", "flash", "RAM", "983,040", "0 of 120", "firmware, project and report:"):
        assert text in result.output


def test_the_image_boots_and_answers_as_the_reference_does(built: tuple[Path, Result]) -> None:
    out, _ = built
    machine = Machine.load(out / "firmware.bin", load_board("nano33"))
    machine.run()
    assert b"self-test: passed" in machine.sent


def test_nothing_in_the_project_or_report_names_the_folder_or_the_day(built: tuple[Path, Result]) -> None:
    out, _ = built
    today = time.strftime("%Y-%m-%d")
    for file in (out / "project").rglob("*"):
        if file.is_file() and ".pio" not in file.parts and file.suffix in {".c", ".h", ".ini", ".json", ".ld", ".py"}:
            text = file.read_text()
            assert str(out) not in text
            assert today not in text
    assert str(out) not in (out / "report.json").read_text()


def test_two_builds_in_two_folders_are_the_same_bytes(built: tuple[Path, Result], model: Path, tmp_path: Path) -> None:
    out, _ = built
    other = tmp_path / "a folder, with a comma"
    data = model.with_suffix(".npz")
    assert tinyq("build", model, "--board", "nano33", "--data", data, "--out", other).exit_code == 0
    for name in ARTIFACTS:
        assert (out / name).read_bytes() == (other / name).read_bytes(), name


def test_another_model_in_the_same_folder_leaves_nothing_of_the_first(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert tinyq("build", model, "--board", "nano33", "--out", out, "--name", "first").exit_code == 0
    (out / "project" / "notes.txt").write_text("the user's own")
    assert tinyq("build", model, "--board", "nano33", "--out", out, "--name", "second").exit_code == 0
    assert not (out / "project" / "lib" / "first").exists()
    assert (out / "project" / "lib" / "second" / "second.c").is_file()
    assert (out / "project" / "notes.txt").read_text() == "the user's own"


def test_a_failing_build_leaves_no_image_of_an_earlier_one(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert tinyq("build", model, "--board", "nano33", "--out", out).exit_code == 0
    monkeypatch.setattr("tinyq.pipeline.build.project_files", lambda *_: {"platformio.ini": "[nonsense]\n"})
    result = tinyq("build", model, "--board", "nano33", "--out", out)
    assert result.exit_code == 1
    assert not [name for name in ARTIFACTS if (out / name).exists()]


def test_an_interrupted_build_leaves_no_image(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "tinyq", "build", str(model), "--board", "nano33", "--out", str(out)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=take_ctrl_c,
    )
    while process.poll() is None and not (out / "project" / "platformio.ini").exists():
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate()
    assert process.returncode != 0
    assert b"Traceback" not in output
    assert not [name for name in ARTIFACTS if (out / name).exists()]
    assert tinyq("build", model, "--board", "nano33", "--out", out).exit_code == 0


def test_an_output_folder_that_can_not_be_made_is_refused(model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = tinyq("build", model, "--board", "nano33", "--out", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert result.output.endswith(
        f"error: {tmp_path / 'file' / 'out'}: could not write: Not a directory\n"
        "  hint: free some space there, or choose another folder with --out\n"
    )


def test_a_full_disk_is_an_error_with_a_hint_and_leaves_nothing(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    result = tinyq("build", model, "--board", "nano33", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.output.endswith(
        f"error: {tmp_path / 'out' / 'project'}: could not write: No space left on device\n"
        "  hint: free some space there, or choose another folder with --out\n"
    )
    assert not list((tmp_path / "out" / "project").rglob("*.part"))


def test_a_model_that_does_not_fit_is_refused_before_anything_is_compiled(tmp_path: Path) -> None:
    from support.tflite_model import Op, T, tflite_model

    big = [T(name, (1, 300_000), scales=(0.5,)) for name in ("x", "net/sum/add")]
    model = tmp_path / "big.tflite"
    model.write_bytes(tflite_model(big, [Op("ADD", ["x", "x"], ["net/sum/add"], "AddOptions")], ["x"], ["net/sum/add"]))
    result = tinyq("build", model, "--board", "nano33", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.output.splitlines()[-3:] == [
        "error: the model does not fit into the board",
        (
            "  RAM: needs 304352 bytes, Arduino Nano 33 BLE has 262144 (arena 300000, at its fullest in layer sum; "
            "stack 4096; variables 256)"
        ),
        "  hint: make the input or the widest layers smaller, or choose a board with more memory (`tinyq boards`)",
    ]
    assert not (tmp_path / "out").exists()


def test_an_engine_that_differs_stops_the_build_and_names_the_layer(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinyq.emulator.host import HostModel

    honest = HostModel.run

    def wrong(self: HostModel, inputs: object, on_progress: object, steps: int) -> tuple[np.ndarray, ...]:
        (outputs,) = honest(self, inputs, steps=steps)  # type: ignore[arg-type]  # passed through
        outputs[3, 0, 1] ^= 1
        return (outputs,)

    monkeypatch.setattr(HostModel, "run", wrong)
    result = tinyq("build", model, "--board", "nano33", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "generated C: 1 of 48 outputs differ from the NumPy reference" in result.output
    assert not (tmp_path / "out").exists()


def test_a_board_with_a_drive_for_it_gets_uf2_too(model: Path, tmp_path: Path) -> None:
    result = tinyq("build", model, "--board", "rpi_pico", "--out", tmp_path)
    assert "built firmware.elf, .hex, .bin, .uf2 for Raspberry Pi Pico" in result.output
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["artifacts"]["uf2"] == "firmware.uf2"
    assert (tmp_path / "firmware.uf2").stat().st_size == 512 * -(-report["memory"]["flash_bytes"] // 256)


def test_a_framework_whose_platform_can_not_be_fetched_leaves_the_project(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyq.firmware.toolchain_check._registry_answers", lambda: False)
    result = tinyq("build", model, "--board", "nano33", "--framework", "arduino", "--out", tmp_path)
    assert result.exit_code == 1
    assert "which holds the platform nordicnrf52, did not answer" in result.output
    assert "framework = arduino" in (tmp_path / "project" / "platformio.ini").read_text()
    assert not [name for name in ARTIFACTS if (tmp_path / name).exists()]
