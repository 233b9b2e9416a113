"""From a trained model to a full-integer .tflite. TensorFlow runs in a child: its crash is an error message."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.child import Request, run_child
from tinyq.frontend.conversion_cache import Quantized, cache_key, calibrated_key, read_entry, write_entry
from tinyq.frontend.crash import crash_error, first_crashing_layer
from tinyq.frontend.data import read_raw, require_data
from tinyq.frontend.data_module import is_module
from tinyq.frontend.data_readers import Raw
from tinyq.frontend.extras import extra_versions
from tinyq.frontend.islands import require_integers
from tinyq.frontend.keras_file import has_its_ranges, identify
from tinyq.frontend.weight_only import with_stored_weights
from tinyq.ir.scheme import Scheme
from tinyq.tools.cache import cache_folder

__all__ = ["Quantized", "convert_to_inspect", "quantize", "quantize_cached", "quantize_calibrated"]

Report = Callable[[str], None]


def quantize(model: Path, data: str | None, *, report: Report, scheme: Scheme = "int8") -> Quantized:
    """Quantize a trained model.

    Args:
        model: a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder.
        data: representative data, as for `tinyq.frontend.data.load_dataset`; real values. A model that was trained
            quantized needs none, and looks at none.
        report: is told each stage, such as "calibrating 12/200".
        scheme: the types of activations and weights: int8, or int16 and int8.

    Returns:
        Both forms of the model, with batch 1; the same bytes for the same model and data.

    Raises:
        TinyqError: a model or data that can't be taken, a crash of the converter, or layers that stay in float.
    """
    data = None if has_its_ranges(model) else data
    made = _quantize(model, data, _module_arrays(data), report, scheme)
    require_integers(made.tflite, str(model), scheme)
    return made


def quantize_cached(
    model: Path,
    data: str | None,
    *,
    report: Report,
    scheme: Scheme = "int8",
    cache: Path | None = None,
    allow_float: bool = False,
) -> Quantized:
    """As `quantize`, but a model that was converted before with the same data comes out of the cache.

    Args:
        model: as for `quantize`.
        data: as for `quantize`; the function of `module:function` runs each time, to see whether its data has changed.
        report: as for `quantize`; told nothing when the cache has the model.
        scheme: as for `quantize`.
        cache: the folder of the entries; None takes `quantized` in tinyq's cache folder.
        allow_float: whether layers without an integer form may stay in float32.

    Raises:
        TinyqError: as for `quantize`.
    """
    data = None if has_its_ranges(model) else data
    raw = _module_arrays(data)
    _require(data, raw, model, scheme)
    entry = (cache or cache_folder() / "quantized") / cache_key(model, data, raw, scheme)
    made = read_entry(entry)
    if made is None:
        made = _quantize(model, data, raw, report, scheme)
        write_entry(entry, made)
    if not allow_float:
        require_integers(made.tflite, str(model), scheme)
    return made


def conversion_key(model: Path, data: str) -> str:
    """What the conversion of `model` to int8 with `data` depends on, as `cache_key` says; `module:function` runs."""
    return cache_key(model, data, _module_arrays(data), "int8")


def _require(data: str | None, raw: Raw | None, model: Path, scheme: Scheme) -> None:
    if data is None:
        if not has_its_ranges(model):
            raise TinyqError(
                f"{model}: a float model needs representative data to be quantized, and none was given",
                "name some 100 typical inputs: --data FILE (.npz, .npy, .csv, a folder of images, or module:function)",
            )
        if scheme != "int8":
            raise TinyqError(
                f"{model}: found the scheme {scheme}; accepted: int8, for a model that was trained so",
                "leave --scheme out",
            )
    elif raw is None:
        require_data(data)
    if not model.exists():
        identify(model)


def _module_arrays(data: str | None) -> Raw | None:
    """What `module:function` yields; it runs in this process, once, so that its own errors are seen as they are."""
    return read_raw(data) if data is not None and is_module(data) else None


def _quantize(model: Path, data: str | None, raw: Raw | None, report: Report, scheme: Scheme) -> Quantized:
    identify(model)
    _require(data, raw, model, scheme)
    with tempfile.TemporaryDirectory(prefix="tinyq-") as folder:
        request = Request(
            model=str(model),
            data=data if raw is None else _saved(raw, Path(folder) / "data.npz"),
            source=data or "",
            batched=raw is not None and raw.batched,
            folder=folder,
            scheme=scheme,
        )
        warnings, notes = _run(model, request, report)
        files = [Path(folder) / f"{kind}.tflite" for kind in ("quantized", "float32", "calibrated")]
        tflite, float32, calibrated = (file.read_bytes() if file.exists() else b"" for file in files)
    return Quantized(tflite, float32, warnings, notes, calibrated)


def quantize_calibrated(
    models: Sequence[bytes], where: Path, *, report: Report, cache: Path | None = None
) -> tuple[bytes, ...]:
    """Float models with the range of each tensor in them, quantized by TensorFlow as `quantize` does.

    Args:
        models: such as `Quantized.calibrated`, with other ranges.
        where: the model that they come from, for error messages.
        report: is told each stage.
        cache: as for `quantize_cached`.

    Raises:
        TinyqError: a crash of the quantizer.
    """
    folder = cache or cache_folder() / "quantized"
    entries = [folder / calibrated_key(model) for model in models]
    known = [read_entry(entry) for entry in entries]
    unknown = [number for number, entry in enumerate(known) if entry is None]
    if unknown:
        made = _quantize_calibrated([models[number] for number in unknown], where, report)
        for number, tflite in zip(unknown, made, strict=True):
            known[number] = Quantized(tflite, b"", ())
            write_entry(entries[number], Quantized(tflite, b"", ()))
    return tuple(entry.tflite for entry in known if entry is not None)


def _quantize_calibrated(models: Sequence[bytes], where: Path, report: Report) -> list[bytes]:
    with tempfile.TemporaryDirectory(prefix="tinyq-") as folder:
        files = [Path(folder) / f"{number}.tflite" for number in range(len(models))]
        for file, model in zip(files, models, strict=True):
            file.write_bytes(model)
        request = Request(str(where), None, "", batched=False, folder=folder, calibrated=len(models))
        _run(where, request, report)
        return [file.read_bytes() for file in files]


def convert_to_inspect(model: Path, *, report: Report, scheme: Scheme = "int8") -> tuple[bytes, bool]:
    """A float model converted without any data; made-up inputs give the ranges.

    Returns:
        The .tflite, in which operators may have stayed in float, and whether it is quantized at all: a model with
        operators that TensorFlow Lite lacks is not, and has them under TensorFlow's names.

    Raises:
        TinyqError: a model that can't be taken, or a crash of the converter.
    """
    quantized, float32 = _converted(model, report, scheme)
    return quantized or float32, bool(quantized)


def convert_in_float(model: Path, scheme: Scheme, *, report: Report, cache: Path | None = None) -> tuple[bytes, bytes]:
    """A Keras model converted to one of the schemes IN_FLOAT, which need no data.

    Args:
        model: as for `quantize`.
        scheme: one of IN_FLOAT.
        report: is told each stage; nothing where the cache has the conversion.
        cache: as for `quantize_cached`.

    Returns:
        The .tflite in that scheme, in which operators may be that TensorFlow Lite lacks, and the float32 one.

    Raises:
        TinyqError: as for `convert_to_inspect`.
    """
    identify(model)
    converted: Scheme = "dynamic" if scheme == "dynamic" else "float32"
    entry = (cache or cache_folder() / "quantized") / cache_key(model, None, None, converted)
    made = read_entry(entry)
    if made is None:
        made = Quantized(*_converted(model, report, converted), warnings=())
        write_entry(entry, made)
    if scheme in ("int8-weights", "int4-weights"):
        return with_stored_weights(made.float32, scheme.removesuffix("-weights"), str(model)), made.float32
    return made.tflite or made.float32, made.float32


def _converted(model: Path, report: Report, scheme: Scheme) -> tuple[bytes, bytes]:
    """The quantized .tflite, which is empty where there is none, and the float32 one."""
    identify(model)
    with tempfile.TemporaryDirectory(prefix="tinyq-") as folder:
        request = Request(str(model), None, "made-up data", batched=False, folder=folder, scheme=scheme, inspect=True)
        _run(model, request, report)
        files = (Path(folder) / f"{kind}.tflite" for kind in ("quantized", "float32"))
        quantized, float32 = (file.read_bytes() if file.exists() else b"" for file in files)
        return quantized, float32


def _run(model: Path, request: Request, report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Run the child, of a PyTorch program two; the warnings and notes."""
    extra_versions(model)
    modules = ("pytorch", "keras") if model.suffix.lower() == ".pt2" and not request.calibrated else ("keras",)
    return [_run_one(model, request, report, f"tinyq.frontend.{module}") for module in modules][-1]


def _run_one(model: Path, request: Request, report: Report, module: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ended = run_child(request, report, module)
    if ended.error is not None:
        raise TinyqError(*ended.error)
    if ended.warnings is None:
        raise crash_error(model, ended, lambda: first_crashing_layer(request, ended, report))
    return ended.warnings, ended.notes


def _saved(raw: Raw, file: Path) -> str:
    arrays = dict(raw.arrays) | ({} if raw.labels is None else {"y": raw.labels})
    if unusable := [name for name, array in arrays.items() if array.dtype.kind == "O"]:
        raise TinyqError(
            f"{raw.source}: {unusable[0]} holds objects (dtype object); accepted: real numbers",
            "give an array of floats or integers, such as np.asarray(samples, np.float32)",
        )
    with file.open("wb") as opened:
        np.savez(opened, allow_pickle=False, **arrays)
    return str(file)
