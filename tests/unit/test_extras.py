"""ONNX models and PyTorch programs need packages that tinyq does not bring; what is missing is named."""

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from tinyq.cli import main
from tinyq.doctor import checks
from tinyq.doctor.result import Result
from tinyq.errors import TinyqError
from tinyq.frontend import extras
from tinyq.frontend.conversion_cache import cache_key
from tinyq.frontend.extras import extra_versions
from tinyq.frontend.keras.convert import to_dynamic
from tinyq.tools.digest import content_sha256

ONNX_PACKAGES = "onnx2tf, onnx, onnxsim, onnxruntime"
ONNX = "python -m pip install 'tinyq[onnx]'"
PYTORCH = (
    "python -m pip install 'tinyq[pytorch]'; on Linux add --extra-index-url https://download.pytorch.org/whl/cpu, "
    "or gigabytes of CUDA come with it"
)


def installed(monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    monkeypatch.setattr(extras, "_version", lambda _: version)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.onnx", f"an ONNX model needs packages that are missing: {ONNX_PACKAGES}\n  hint: {ONNX}\n"),
        ("m.pt2", f"a PyTorch program needs packages that are missing: litert-torch, torch\n  hint: {PYTORCH}\n"),
    ],
)
@pytest.mark.parametrize("command", [["build", "--board", "nano33"], ["inspect"]])
def test_missing_packages_are_named_with_what_installs_them(
    command: list[str], name: str, text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed(monkeypatch, None)
    model, data = tmp_path / name, tmp_path / "d.csv"
    model.touch()
    data.write_text("1,2\n")
    options = ["--data", str(data)] if command[0] == "build" else []
    result = CliRunner().invoke(main, [*command, str(model), *options])
    assert (result.exit_code, result.output.partition("error: ")[2]) == (1, f"{model}: {text}")


def test_a_keras_model_needs_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, None)
    assert extra_versions(Path("m.keras")) == extra_versions(Path("folder")) == {}


def test_only_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_version", lambda package: None if package == "onnxsim" else "1")
    with pytest.raises(TinyqError) as caught:
        extra_versions(Path("M.ONNX"))
    assert str(caught.value) == f"M.ONNX: an ONNX model needs packages that are missing: onnxsim\n  hint: {ONNX}"


def test_another_version_of_a_converter_converts_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model = tmp_path / "m.onnx"
    model.touch()
    keys = []
    for version in ("1", "2", "1"):
        installed(monkeypatch, version)
        keys.append(cache_key(model, None, None, "int8"))
    assert keys[0] == keys[2] != keys[1]


def test_weights_beside_an_onnx_file_belong_to_it(tmp_path: Path) -> None:
    model = tmp_path / "m.onnx"
    model.write_bytes(b"graph")
    assert content_sha256(model) == hashlib.sha256(b"graph").hexdigest()
    (tmp_path / "m.onnx.data").write_bytes(b"weights")
    assert content_sha256(model) == hashlib.sha256(b"graphweights").hexdigest()


def test_doctor_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, None)
    assert checks.check_onnx() == Result(
        "ONNX", "missing", f"not installed: {ONNX_PACKAGES}", f"only for an ONNX model: {ONNX}"
    )
    installed(monkeypatch, "1.2")
    assert checks.check_pytorch() == Result("PyTorch", "ok", "litert-torch 1.2, torch 1.2")


def test_the_scheme_that_a_converted_program_cannot_have_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "converted.tflite").touch()
    with pytest.raises(TinyqError) as caught:
        to_dynamic(tmp_path / "converted.tflite", "m.pt2")
    assert str(caught.value) == (
        "m.pt2: found the scheme dynamic; accepted of a PyTorch program: all other schemes; TensorFlow has dynamic in "
        "its own conversion alone, not for what litert-torch converted\n"
        "  hint: export to ONNX, which TensorFlow converts: "
        "torch.onnx.export(model.eval(), (example_input,), 'model.onnx')"
    )
