"""What kind of saved model a path holds, told without TensorFlow."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tinyq.errors import TinyqError

_QUANTIZED = "tinyq>QuantizedModel"  # as tinyq/qat/model.py registers it
ACCEPTED = "a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder"
Library = Literal["keras", "tf_keras", "onnx2tf", "litert_torch"]
_BY_SUFFIX: Mapping[str, Library] = {".onnx": "onnx2tf", ".pt2": "litert_torch"}
_PYTORCH = (".pt", ".pth", ".ckpt")
SUFFIXES = (".keras", ".h5", ".hdf5", *_BY_SUFFIX, *_PYTORCH)  # a file of another name is taken for a .tflite


@dataclass(frozen=True)
class KerasFile:
    """A saved model.

    Attributes:
        path: the file or folder.
        library: what loads it: `tf_keras` what Keras 2 saved, and any SavedModel; `keras` what Keras 3 saved; for what
            PyTorch and others saved, the converter.
        is_quantized: whether it was trained quantized (tinyq.qat), and needs no data to be converted.
    """

    path: Path
    library: Library
    is_quantized: bool = False


def identify(path: Path) -> KerasFile:
    """The kind of saved model at `path`.

    Raises:
        TinyqError: nothing there, a damaged file, weights without a model, or no such model at all.
    """
    if not path.exists():
        raise TinyqError(f"{path}: no such file or folder", f"give {ACCEPTED}")
    if path.is_dir():
        return _saved_model(path)
    suffix = path.suffix.lower()
    if suffix in _BY_SUFFIX:
        return KerasFile(path, _BY_SUFFIX[suffix])
    if suffix in _PYTORCH:
        raise TinyqError(
            f"{path}: found a {path.suffix}; accepted: {ACCEPTED}",
            "save the program, not the weights: "
            "torch.export.save(torch.export.export(model.eval(), (example_input,)), 'model.pt2')",
        )
    if zipfile.is_zipfile(path):
        version, is_quantized = _zip_contents(path)
        return KerasFile(path, _library(version), is_quantized)
    if suffix == ".keras":
        raise TinyqError(
            f"{path}: not a .keras file (it is no zip archive): damaged, or a file of another kind",
            "save the model again: model.save('model.keras')",
        )
    if suffix in (".h5", ".hdf5"):
        return KerasFile(path, _library(_h5_version(path)))
    raise TinyqError(
        f"{path}: found a {path.suffix or 'file without a suffix'}; accepted: {ACCEPTED}",
        "save the model: model.save('model.keras')",
    )


def has_its_ranges(path: Path) -> bool:
    """Whether `path` is a model that was trained quantized; False of what `identify` refuses."""
    return path.is_file() and zipfile.is_zipfile(path) and identify(path).is_quantized


def _library(keras_version: str) -> Literal["keras", "tf_keras"]:
    return "keras" if int(keras_version.partition(".")[0]) >= 3 else "tf_keras"


def _saved_model(path: Path) -> KerasFile:
    if not (path / "saved_model.pb").is_file():
        raise TinyqError(
            f"{path}: a folder without saved_model.pb; accepted: {ACCEPTED}",
            f"name the folder that holds saved_model.pb, or save it: model.export('{path.name}')",
        )
    return KerasFile(path, "tf_keras")


def _zip_contents(path: Path) -> tuple[str, bool]:
    """The version of Keras that wrote the file, and whether it holds a model of tinyq.qat."""
    try:
        with zipfile.ZipFile(path) as archive:
            version = str(json.loads(archive.read("metadata.json"))["keras_version"])
            config = json.loads(archive.read("config.json")) if "config.json" in archive.namelist() else {}
            return version, config.get("registered_name") == _QUANTIZED
    except (AttributeError, KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise TinyqError(
            f"{path}: a zip archive, but no Keras model ({type(error).__name__} while reading its metadata.json)",
            "save the model again: model.save('model.keras')",
        ) from error


def _h5_version(path: Path) -> str:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            has_model = "model_config" in file.attrs
            version = file.attrs.get("keras_version", "2")
    except (OSError, RuntimeError) as error:
        raise TinyqError(
            f"{path}: not readable as HDF5: damaged, cut short, or a file of another kind",
            "save the model again: model.save('model.keras')",
        ) from error
    if not has_model:
        raise TinyqError(
            f"{path}: holds weights without a model; accepted: {ACCEPTED}",
            "save the whole model: model.save('model.keras'), not model.save_weights",
        )
    return version.decode() if isinstance(version, bytes) else str(version)
