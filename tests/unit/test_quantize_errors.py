"""What is wrong with a model is said in words; none of this needs TensorFlow."""

import signal
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from tinyq.errors import TinyqError
from tinyq.frontend.child import Ended, Request
from tinyq.frontend.crash import crash_error, first_crashing_layer
from tinyq.frontend.keras_file import identify
from tinyq.frontend.quantize import quantize

ACCEPTED = "a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder"
SAVE_AGAIN = "save the model again: model.save('model.keras')"
MODEL = Path("m.keras")
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SEGFAULT = -signal.SIGSEGV


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(path: str) -> str:
    with pytest.raises(TinyqError) as caught:
        identify(Path(path))
    return str(caught.value)


def zipped(path: str, **files: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.json", text)


@pytest.mark.parametrize(("version", "library"), [("3.15.1", "keras"), ("2.21.0", "tf_keras")])
def test_the_library_that_loads_a_file_is_told_from_the_version_that_saved_it(version: str, library: str) -> None:
    zipped("m.keras", metadata=f'{{"keras_version": "{version}"}}')
    with h5py.File("m.h5", "w") as file:
        file.attrs["keras_version"] = version
        file.attrs["model_config"] = "{}"
    assert [identify(Path(name)).library for name in ("m.keras", "m.h5")] == [library, library]


def test_a_saved_model_folder_is_known_by_its_file() -> None:
    Path("folder").mkdir()
    Path("folder/saved_model.pb").touch()
    assert identify(Path("folder")).library == "tf_keras"


def test_a_missing_model_is_refused() -> None:
    assert refusal("no.keras") == f"no.keras: no such file or folder\n  hint: give {ACCEPTED}"


def test_a_folder_without_a_saved_model_is_refused() -> None:
    Path("folder").mkdir()
    assert refusal("folder") == (
        f"folder: a folder without saved_model.pb; accepted: {ACCEPTED}\n"
        "  hint: name the folder that holds saved_model.pb, or save it: model.export('folder')"
    )


def test_another_kind_of_file_is_refused() -> None:
    Path("m.pb").write_text("a graph")
    assert (
        refusal("m.pb") == f"m.pb: found a .pb; accepted: {ACCEPTED}\n  hint: save the model: model.save('model.keras')"
    )


def test_weights_of_pytorch_are_refused_with_the_call_that_saves_the_program() -> None:
    zipped("m.pt")
    assert refusal("m.pt") == (
        f"m.pt: found a .pt; accepted: {ACCEPTED}\n  hint: save the program, not the weights: "
        "torch.export.save(torch.export.export(model.eval(), (example_input,)), 'model.pt2')"
    )


def test_the_converter_of_a_file_is_told_from_its_name() -> None:
    zipped("m.pt2")
    Path("m.ONNX").touch()
    assert [identify(Path(name)).library for name in ("m.pt2", "m.ONNX")] == ["litert_torch", "onnx2tf"]


def test_a_damaged_keras_file_is_refused() -> None:
    Path("m.keras").write_text("no archive")
    assert refusal("m.keras") == (
        f"m.keras: not a .keras file (it is no zip archive): damaged, or a file of another kind\n  hint: {SAVE_AGAIN}"
    )


@pytest.mark.parametrize(
    ("files", "reason"), [({}, "KeyError"), ({"metadata": "{"}, "JSONDecodeError"), ({"metadata": "[]"}, "TypeError")]
)
def test_an_archive_that_holds_no_model_is_refused(files: dict[str, str], reason: str) -> None:
    zipped("m.keras", **files)
    assert refusal("m.keras") == (
        f"m.keras: a zip archive, but no Keras model ({reason} while reading its metadata.json)\n  hint: {SAVE_AGAIN}"
    )


@pytest.mark.parametrize("content", [b"something else", b"\x89HDF\r\n\x1a\n" + bytes(40)])
def test_a_damaged_h5_is_refused(content: bytes) -> None:
    Path("m.h5").write_bytes(content)
    assert refusal("m.h5") == (
        f"m.h5: not readable as HDF5: damaged, cut short, or a file of another kind\n  hint: {SAVE_AGAIN}"
    )


def test_weights_alone_are_refused() -> None:
    with h5py.File("m.h5", "w") as file:
        file["kernel"] = np.zeros(3)
    assert refusal("m.h5") == (
        f"m.h5: holds weights without a model; accepted: {ACCEPTED}\n"
        "  hint: save the whole model: model.save('model.keras'), not model.save_weights"
    )


def no_search() -> str | None:
    pytest.fail("searched for a layer although none is to blame")


def test_an_unknown_crash_names_the_layer_that_was_found() -> None:
    error = crash_error(MODEL, Ended(-signal.SIGABRT, "converting to float32"), lambda: "odd (Odd)")
    assert str(error) == (
        "m.keras: TensorFlow Lite's converter crashed (SIGABRT while converting to float32); "
        "the cause: layer odd (Odd)\n"
        "  hint: put a layer of another kind in its place"
    )


def test_a_crash_without_a_layer_to_blame_shows_the_last_lines() -> None:
    error = crash_error(MODEL, Ended(SEGFAULT, "starting TensorFlow", last_lines=("one", "two")), lambda: None)
    assert str(error) == (
        "m.keras: TensorFlow Lite's converter crashed (SIGSEGV while starting TensorFlow)\n  one\n  two\n"
        "  hint: simplify the model until it converts, to find the layer"
    )


def test_a_killed_conversion_is_said_to_be_short_of_memory() -> None:
    assert str(crash_error(MODEL, Ended(-9, "calibrating 3/60"), no_search)) == (
        "m.keras: the conversion was killed while calibrating 3/60: the machine has most likely run out of memory\n"
        "  hint: close other programs, or give fewer samples of representative data"
    )


def test_an_unexpected_exception_in_the_child_shows_its_last_lines() -> None:
    assert str(crash_error(MODEL, Ended(1, "checking the data", last_lines=("KeyError: 'x'",)), no_search)) == (
        "m.keras: the conversion failed while checking the data:\n  KeyError: 'x'\n"
        "  hint: this is a fault of tinyq or of TensorFlow: please report it with the model"
    )


@pytest.mark.parametrize("culprit", [1, 2, 5, 8])
def test_bisection_finds_the_first_layer_that_crashes(culprit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def child(request: Request, report: object) -> Ended:
        assert request.layers is not None
        return Ended(SEGFAULT) if request.layers >= culprit else Ended(0, warnings=())

    monkeypatch.setattr("tinyq.frontend.crash.run_child", child)
    ended = Ended(SEGFAULT, layers=tuple((f"layer_{number}", "Odd") for number in range(1, 9)))
    request = Request("m.keras", "d.npz", "d.npz", batched=False, folder=".")
    assert first_crashing_layer(request, ended, lambda _: None) == f"layer_{culprit} (Odd)"


def test_a_model_without_layers_is_not_searched() -> None:
    request = Request("m", "d.npz", "d.npz", batched=False, folder=".")
    assert first_crashing_layer(request, Ended(SEGFAULT), lambda _: pytest.fail("searched")) is None


def test_a_model_that_was_trained_quantized_is_known_without_tensorflow() -> None:
    assert identify(EXAMPLES / "qat_digits" / "qat_digits.keras").is_quantized
    assert not identify(EXAMPLES / "digits" / "digits.keras").is_quantized


def test_it_can_only_be_of_the_scheme_that_it_was_trained_for() -> None:
    model = EXAMPLES / "qat_digits" / "qat_digits.keras"
    with pytest.raises(TinyqError) as caught:
        quantize(model, None, report=lambda _stage: None, scheme="int16x8")
    assert str(caught.value) == (
        f"{model}: found the scheme int16x8; accepted: int8, for a model that was trained so\n"
        "  hint: leave --scheme out"
    )


def test_any_other_model_needs_data() -> None:
    model = EXAMPLES / "digits" / "digits.keras"
    with pytest.raises(TinyqError) as caught:
        quantize(model, None, report=lambda _stage: None)
    assert str(caught.value) == (
        f"{model}: a float model needs representative data to be quantized, and none was given\n"
        "  hint: name some 100 typical inputs: --data FILE (.npz, .npy, .csv, a folder of images, or module:function)"
    )
