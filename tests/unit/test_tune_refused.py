"""`tinyq tune` refuses what it can't search, before minutes go into a conversion."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tinyq.cli import main
from tinyq.tuning import processes


def error_of(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["tune", *arguments])
    assert result.exit_code == 1, result.output
    return result.output


def test_a_drop_that_is_no_percentage_is_refused(tmp_path: Path) -> None:
    assert error_of(str(tmp_path / "net.keras"), "--board", "nano33", "--max-drop", "0.01") == (
        "error: found --max-drop '0.01'; accepted: a percentage, such as 1% or 0.5%\n"
        "  hint: 1% is one percentage point of accuracy below the float model's\n"
    )


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert error_of(str(tmp_path / "net.keras"), "--board", "nano33") == (
        f"error: {tmp_path / 'net.keras'}: no such file\n"
        "  hint: give a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder, or a .tflite\n"
    )


def test_a_tflite_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.tflite").write_bytes(b"not looked at")
    assert error_of(str(tmp_path / "net.tflite"), "--board", "nano33") == (
        f"error: {tmp_path / 'net.tflite'}: found a .tflite; accepted: a .keras, .h5, .onnx or .pt2 file, "
        "or a SavedModel folder\n"
        "  hint: a .tflite goes straight into `tinyq build`\n"
    )


def test_a_stream_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.keras").write_bytes(b"not looked at")
    (tmp_path / "tinyq.toml").write_text("model = 'net.keras'\nboard = 'nano33'\nstream = true\n")
    assert error_of("--project", str(tmp_path)) == (
        f"error: {tmp_path / 'net.keras'}: found stream = true; accepted for `tinyq tune`: models of whole sequences\n"
        "  hint: take stream out of tinyq.toml for the search\n"
    )


def test_several_workers_without_dask_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "find_spec", lambda _: None)
    (tmp_path / "net.keras").write_bytes(b"not looked at")
    assert error_of(str(tmp_path / "net.keras"), "--board", "nano33", "--data", "x.npz", "--workers", "2") == (
        "error: --workers 2: the package distributed is missing, by which Dask spreads the search over processes\n"
        '  hint: pip install "tinyq[tune]", or leave the option out: one process finds the same\n'
    )


def test_a_board_that_is_not_emulated_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.keras").write_bytes(b"not looked at")
    assert error_of(str(tmp_path / "net.keras"), "--board", "mps3_an547") == (
        "error: mps3_an547: found a board with a cortex-m55; accepted for `tinyq tune`: one that tinyq emulates, as "
        "cycles are counted there\n"
        "  hint: tune for a board of a processor that is alike, such as nucleo_u575zi, then build for this one\n"
    )
