"""tinyq doctor: what is there, what is missing, and what it says about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tinyq.cli import main
from tinyq.doctor import checks, devices
from tinyq.doctor.result import Result
from tinyq.tools.serial_port import PortInfo


def lacks(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name in packages else object())


def ports(monkeypatch: pytest.MonkeyPatch, *found: PortInfo) -> None:
    monkeypatch.setattr(devices, "serial_ports", lambda: found)


def test_what_a_build_needs_is_here() -> None:
    for check in (checks.check_python, checks.check_compiler, checks.check_platformio, checks.check_cache):
        assert check().state == "ok"


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    assert checks.check_python() == Result(
        "Python", "needed", "3.9.1", "tinyq runs on Python 3.11 to 3.13: make a virtual environment with one"
    )


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lacks(monkeypatch, "ziglang", "platformio", "tensorflow")
    reinstall = "python -m pip install --force-reinstall tinyq"
    assert checks.check_compiler() == Result("C compiler", "needed", "the package ziglang is missing", reinstall)
    assert checks.check_platformio() == Result(
        "PlatformIO", "needed", "the packages platformio and scons are missing", reinstall
    )
    assert checks.check_tensorflow() == Result(
        "TensorFlow",
        "missing",
        "not installed",
        "only for Keras models; a .tflite builds without: python -m pip install 'tensorflow>=2.21,<2.22'",
    )


def test_a_compiler_that_fails_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", "error: no space left")
    )
    assert checks.check_compiler().found == "zig fails: error: no space left"


def test_tensorflow_is_not_imported() -> None:
    code = "import sys; from tinyq.doctor.checks import check_tensorflow; check_tensorflow(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "tensorflow" not in done.stdout.split()


def test_gcc_is_optional(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checks.check_gcc() == Result(
        "arm-none-eabi-gcc",
        "missing",
        "not on PATH",
        "only for --toolchain gcc: apt install gcc-arm-none-eabi libnewlib-arm-none-eabi, "
        "or brew install --cask gcc-arm-embedded",
    )


def test_known_boards_are_named_by_their_usb_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    ports(monkeypatch, PortInfo("/dev/ttyACM0", "Nano", "2341:005a"), PortInfo("/dev/ttyS0", "", ""))
    assert devices.check_ports() == Result("serial ports", "ok", "/dev/ttyACM0 (nano33), /dev/ttyS0 (unknown)")


def test_no_port_says_what_to_plug_in(monkeypatch: pytest.MonkeyPatch) -> None:
    ports(monkeypatch)
    assert devices.check_ports() == Result(
        "serial ports", "missing", "none", "plug a board in, with a cable that carries data"
    )


def test_a_port_without_permission_names_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    ports(monkeypatch, PortInfo("/dev/ttyACM0", "Nano", "2341:005a"))
    monkeypatch.setattr("os.access", lambda *_: False)
    result = devices.check_permissions()
    assert (result.state, result.found) == ("missing", "no right to open /dev/ttyACM0")
    assert "sudo usermod -aG " in result.hint


def test_pyocd_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "command", lambda: None)
    assert devices.check_probes() == Result(
        "debug probes",
        "missing",
        "pyocd is not installed",
        "only to flash through a probe: python -m pip install 'tinyq[probe]'",
    )


def test_probes_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "command", lambda: ["pyocd"])
    monkeypatch.setattr(devices, "probes", lambda: [{"unique_id": "E6614", "info": "Debugprobe"}])
    assert devices.check_probes() == Result("debug probes", "ok", "Debugprobe (E6614)")


def test_a_full_disk_stops_a_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 5_000_000})())
    assert checks.check_space(tmp_path / "later", "build folder") == Result(
        "build folder", "needed", f"0.0 GB free in {tmp_path}", "free some space: 1 GB are enough"
    )


def test_the_command_ends_with_0_where_nothing_needed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    optional = Result("debug probes", "missing", "none", "pip install 'tinyq[probe]'")
    monkeypatch.setattr(checks, "CHECKS", (lambda: Result("Python", "ok", "3.11"), lambda: optional))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0
    assert "to get it: pip install 'tinyq[probe]'" in result.output


def test_the_command_ends_with_1_where_something_needed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "CHECKS", (lambda: Result("C compiler", "needed", "gone", "get it"),))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "needed before anything can be built: C compiler" in result.output


def test_a_folder_that_vanishes_while_the_cache_is_measured_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYQ_CACHE", str(tmp_path))
    (tmp_path / "gone").mkdir()
    (tmp_path / "kept").write_bytes(bytes(3_000_000))
    scandir = os.scandir

    def vanishing(path: str) -> object:
        if str(path).endswith("gone"):
            raise FileNotFoundError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", vanishing)
    assert checks.check_cache().found.startswith("3 MB used")
