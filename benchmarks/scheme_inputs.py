"""The models of the table of schemes: where each is, what it is calibrated on, and what it is measured on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXAMPLES = Path(__file__).parent.parent / "examples"
CALIBRATED = 100  # samples
MOSAICS = 200  # that visual wake words is measured on

Array = NDArray[Any]


@dataclass(frozen=True)
class Prepared:
    """A model and its data, as `tinyq compare` takes them; `data` is None for a model that was trained rounded."""

    model: Path
    data: Path | None
    test: Path


@dataclass(frozen=True)
class Subject:
    """One model of the table.

    Attributes:
        name: of it in C, and in the record.
        title: for people.
        measured: how, in sentences.
        prepare: from the folder of the MLPerf Tiny models and a folder to write to, the model and its data.
        is_trained_rounded: whether its weights were trained for 4 bits.
        score: what the scores are, where they are not what they seem.
    """

    name: str
    title: str
    measured: str
    prepare: Callable[[Path, Path], Prepared]
    is_trained_rounded: bool = False
    score: str = ""


def digits(_models: Path, _folder: Path) -> Prepared:
    """The example, as it is shipped."""
    example = EXAMPLES / "digits"
    return Prepared(example / "digits.keras", example / "calibration.npz", example / "test.npz")


def kws(models: Path, folder: Path) -> Prepared:
    """The official inputs are integers of the reference int8 model: real values are made of them again."""
    from tinyq.frontend.tflite import import_tflite

    graph = import_tflite((models / "kws_int8.tflite").read_bytes(), "kws", "kws_int8.tflite")
    tensor, test = graph.tensors[graph.inputs[0]], np.load(models / "kws_test.npz")
    real = (test["x"].astype(np.float32) - tensor.zero_point) * np.float32(tensor.scale)
    return _saved(models / "kws_saved_model", folder, real[:CALIBRATED], real, test["y"])


def ic(models: Path, folder: Path) -> Prepared:
    """The model takes pixels of 0 to 255."""
    test = np.load(models / "ic_500.npz")
    return _saved(models / "ic_resnet8.h5", folder, test["x"][:CALIBRATED], test["x"], test["y"])


def vww(models: Path, folder: Path) -> Prepared:
    """Nine photographs of another benchmark side by side make an image; right is what the float model answers.

    A single photograph, enlarged, would not do: the model sees no person in any of the 500.
    """
    from tinyq.emulator.float_model import run_float
    from tinyq.frontend.quantize import quantize_cached

    photos = np.load(models / "ic_500.npz")["x"].astype(np.float32) / 255
    chosen = np.random.default_rng(0).integers(0, len(photos), (CALIBRATED + MOSAICS, 3, 3))
    x = photos[chosen].transpose(0, 1, 3, 2, 4, 5).reshape(-1, 96, 96, 3)
    model, measured = models / "vww_96.h5", x[CALIBRATED:]
    prepared = _saved(model, folder, x[:CALIBRATED], measured, np.zeros(MOSAICS))
    float32 = quantize_cached(model, str(prepared.data), report=lambda _: None).float32
    answers = run_float(float32, (measured,))[0].reshape(MOSAICS, -1)
    return _saved(model, folder, x[:CALIBRATED], measured, answers.argmax(axis=1))


def qat_digits(_models: Path, _folder: Path) -> Prepared:
    """The example, as it is shipped."""
    example = EXAMPLES / "qat_digits"
    return Prepared(example / "qat_digits.keras", None, example / "test.npz")


def _saved(model: Path, folder: Path, calibration: Array, x: Array, y: Array) -> Prepared:
    data, test = folder / "calibration.npz", folder / "test.npz"
    np.savez(data, x=calibration)
    np.savez(test, x=x, y=y.astype(np.int64))
    return Prepared(model, data, test)


SUBJECTS = (
    Subject("digits", "Digits", "`examples/digits`: 200 images to calibrate on, 450 others to measure on.", digits),
    Subject(
        "kws",
        "Keyword spotting",
        "MLPerf Tiny's SavedModel: calibrated on the first 100 of the 1000 official inputs, measured on all of them.",
        kws,
    ),
    Subject(
        "ic",
        "Image classification",
        "MLPerf Tiny's ResNet8 from .h5: calibrated on the first 100 of 500 CIFAR-10 test images, measured on all.",
        ic,
    ),
    Subject(
        "vww",
        "Visual wake words",
        "MLPerf Tiny's MobileNetV1 from .h5. There are no official inputs of it here, so that this is no accuracy but "
        "agreement: how often the class is that of the float model, on 200 mosaics of nine CIFAR-10 test images each, "
        "in 27 of which the float model sees a person; calibrated on 100 others. float32 has 100 % by definition.",
        vww,
        score="agreement",
    ),
    Subject(
        "qat_digits",
        "Digits with weights of 4 bits",
        "`examples/qat_digits`, trained rounded: the row int8 has weights of 4 bits; the row float32 is the model as "
        "it was trained rounded, but without the rounding.",
        qat_digits,
        is_trained_rounded=True,
    ),
)
