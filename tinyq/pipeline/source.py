"""The model that a user named, as a quantized .tflite."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from tinyq.errors import TinyqError
from tinyq.frontend.choices import NOTHING_CHOSEN, Choices
from tinyq.frontend.keras_file import ACCEPTED, SUFFIXES
from tinyq.ir.bits import Bits
from tinyq.ir.scheme import CALIBRATED, IN_FLOAT, Scheme

if TYPE_CHECKING:
    from tinyq.calibration.recipe import CalibratedModel
    from tinyq.pipeline.calibrate import Calibration


@dataclass(frozen=True, eq=False)
class Source:
    """A quantized model and where it came from.

    Attributes:
        tflite: the full-integer model.
        float32: the same model unquantized; None where the user gave a .tflite.
        sha256: of the file (or of all files of the folder) that the user named.
        where: that file, for error messages.
        warnings: what the calibration data gave reason to say.
        notes: how the conversion treated layers for which there are several ways.
        calibration: how the ranges were chosen; None where the user gave a .tflite.
        ranged: the float model that was quantized, tensor by tensor; channels may be equalized in it.
    """

    tflite: bytes
    float32: bytes | None
    sha256: str
    where: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()
    calibration: "Calibration | None" = None
    ranged: bytes | None = None


def read_source(
    model: Path,
    data: str | None,
    report: Callable[[str], None],
    choices: Choices = NOTHING_CHOSEN,
) -> Source:
    """The quantized form of `model`.

    Args:
        model: a .tflite, a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder.
        data: representative data; a .tflite needs none, nor does a model that was trained quantized.
        report: is told what the conversion does.
        choices: what the user chose: without a scheme int8, of a .tflite it is known; without a way to calibrate
            "minmax".

    Raises:
        TinyqError: there is no such model, or it can't be quantized, or not be a stream.
    """
    source = _read_source(model, data, report, choices)
    return _streamed(source) if choices.stream else source


def _streamed(source: Source) -> Source:
    from tinyq.frontend.stream import one_step_a_call

    float32 = None if source.float32 is None else one_step_a_call(source.float32, source.where)
    return replace(source, tflite=one_step_a_call(source.tflite, source.where), float32=float32)


def _read_source(model: Path, data: str | None, report: Callable[[str], None], choices: Choices) -> Source:
    calibrate, scheme = choices.calibrate, scheme_of(choices.scheme)
    require_model(model)
    if scheme == "mixed":
        require_layers(model, choices)
    if calibrate is not None:
        require_recipe(model, calibrate, scheme)
    if is_tflite(model):
        if calibrate is not None:
            raise TinyqError(
                f"{model}: found a .tflite and calibrate = {calibrate!r}; accepted: calibrate for a float model",
                "the ranges of a .tflite are in it: give the model that it was made of, or leave out calibrate",
            )
        content = model.read_bytes()
        return Source(content, None, hashlib.sha256(content).hexdigest(), str(model), ())
    if scheme in IN_FLOAT:
        return _in_float(model, scheme, report)
    from tinyq.calibration.recipe import BASELINE
    from tinyq.frontend.quantize import quantize_cached
    from tinyq.pipeline.calibrate import calibrated
    from tinyq.tools.digest import content_sha256

    converted: Scheme = "int8" if scheme == "mixed" else scheme
    quantized = quantize_cached(model, data, report=report, scheme=converted, allow_float=choices.in_float)
    sha256 = content_sha256(model)
    made, calibration = calibrated(quantized, model, data or "", calibrate or str(BASELINE), report)
    warnings, notes = list(quantized.warnings), list(quantized.notes)
    if calibration is not None:
        warnings += calibration.warnings
        notes += [calibration.note] if calibration.note else []
    tflite = made.int8
    if scheme == "mixed" and choices.layers is not None:
        tflite = _mixed(made, choices.layers, model)
        notes.append(_counted(choices.layers))
    return Source(
        tflite, quantized.float32, sha256, str(model), tuple(warnings), tuple(notes), calibration, made.float32
    )


def _mixed(made: "CalibratedModel", layers: Mapping[str, Bits], model: Path) -> bytes:
    from tinyq.mixing.mixed import mixed

    try:
        return mixed(made.int8, made.float32, layers)
    except TinyqError as error:
        raise TinyqError(f"{model}: {error.message}", error.hint) from error


def _counted(layers: Mapping[str, Bits]) -> str:
    counts = Counter(layers.values())
    others = [f"{counts[bits]} of {bits} bits" for bits in (4, 16) if counts[bits]]
    return f"layers: {', '.join([*others, 'all others of 8 bits'])}"


def _in_float(model: Path, scheme: Scheme, report: Callable[[str], None]) -> Source:
    """The model with activations of float32; no data are needed."""
    from tinyq.frontend.quantize import convert_in_float
    from tinyq.tools.digest import content_sha256

    made, float32 = convert_in_float(model, scheme, report=report)
    return Source(made, float32, content_sha256(model), str(model), ())


def scheme_of(name: str | None) -> Scheme:
    """The scheme that a user named, int8 where it is None.

    Raises:
        TinyqError: there is no such scheme.
    """
    schemes: tuple[Scheme, ...] = get_args(Scheme)
    for scheme in schemes:
        if name in (scheme, None):
            return scheme
    raise TinyqError(f"found scheme = {name!r}; accepted: {', '.join(schemes)}", "int8 is the smaller and faster one")


def require_layers(model: Path, choices: Choices) -> None:
    """Refuse the scheme mixed where it does not say what is to be mixed, or nothing can be.

    Raises:
        TinyqError: says what is needed.
    """
    if is_tflite(model):
        raise TinyqError(
            f"{model}: found a .tflite and the scheme mixed; accepted: a Keras model, whose weights are still float",
            "give the model that it was made of",
        )
    if choices.layers is None:
        raise TinyqError(
            f"{model}: found the scheme mixed, and no bits of layers; accepted: with --layers FILE",
            "find the best ones by `tinyq tune`, which writes such a file; a key layers in tinyq.toml does, too",
        )


def require_recipe(model: Path, calibrate: str, scheme: Scheme) -> None:
    """Refuse a way to calibrate that there is not, or not in this scheme, before minutes go into the conversion.

    Raises:
        TinyqError: says which there are.
    """
    from tinyq.pipeline.calibrate import recipe_of, require_no_choice

    recipe = recipe_of(calibrate)
    if scheme not in CALIBRATED:
        require_no_choice(model, recipe)


def require_model(model: Path) -> None:
    """Refuse a model that is not there.

    Raises:
        TinyqError: so it is.
    """
    if not model.exists():
        raise TinyqError(f"{model}: no such file", f"give {ACCEPTED}, or a .tflite")


def is_tflite(model: Path) -> bool:
    """Whether `model` is taken for a .tflite: any file whose name is not that of a trained model."""
    return not model.is_dir() and model.suffix.lower() not in SUFFIXES


def require_trained(model: Path) -> None:
    """Refuse a model that is quantized already.

    Raises:
        TinyqError: it is a .tflite.
    """
    if model.exists() and is_tflite(model):
        raise TinyqError(
            f"{model}: found a .tflite; accepted: {ACCEPTED}",
            "a .tflite goes straight into `tinyq build`",
        )
