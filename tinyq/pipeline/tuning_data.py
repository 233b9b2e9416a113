"""The samples of `tinyq tune`: a part to calibrate with, and a part held out to choose by."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tinyq.calibration.spread import HELD_OUT_OF, LEAST_SAMPLES, is_held_out
from tinyq.errors import TinyqError
from tinyq.frontend.data import Dataset, load_representative
from tinyq.frontend.keras_file import has_its_ranges
from tinyq.frontend.quantize import quantize_cached
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Array
from tinyq.pipeline.calibrate import real_inputs
from tinyq.tools.cache import cache_folder, write_whole

CALIBRATION, HELD_OUT = "calibration.npz", "held_out.npz"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class TuningData:
    """What a model is quantized with, and what its assignments are measured on.

    Attributes:
        calibration: as `--data` takes it; None for a model that has its ranges.
        held_out: real values, with labels or without.
        files: where the data were split: both parts, by the name of the file that `tinyq build` is to be given.
        note: one sentence on what was done.
    """

    calibration: str | None
    held_out: Dataset
    files: Mapping[str, bytes]
    note: str


def tuning_data(model: Path, data: str | None, test: str | None, report: Callable[[str], None]) -> TuningData:
    """The data of a search.

    Args:
        model: a Keras model.
        data: representative data; every third sample, or sequence, is held out of it.
        test: data to measure on, where it is not to come out of `data`.
        report: is told what the conversion does.

    Raises:
        TinyqError: no data, too few samples, or samples that the model can't take.
    """
    ranges_known = has_its_ranges(model)
    quantized = quantize_cached(model, data, report=report)
    inputs = real_inputs(import_tflite(quantized.tflite, "model", str(model)))
    if test is not None or (ranges_known and data is not None):
        named = test or data or ""
        held_out = load_representative(named, inputs)
        by = "its training" if ranges_known else f"{data}"
        return TuningData(
            data, held_out, {}, f"ranges from {by}; measured on all {held_out.samples} samples of {named}"
        )
    if data is None:
        raise TinyqError(
            f"{model}: found no samples to measure on; accepted: what `build --test` takes", "name some: --test FILE"
        )
    return split(load_representative(data, inputs))


def split(dataset: Dataset) -> TuningData:
    """Two thirds to calibrate with, as a file in the cache, and every third sample or sequence held out.

    Raises:
        TinyqError: too few samples.
    """
    sequences = dataset.samples // dataset.steps
    if sequences < LEAST_SAMPLES:
        what = "samples" if dataset.steps == 1 else "sequences"
        raise TinyqError(
            f"{dataset.source}: found {sequences} {what}; accepted for `tinyq tune`: {LEAST_SAMPLES} or more",
            "every third of them is held out to measure on: give some hundred, or others to measure on with --test",
        )
    kept = is_held_out(dataset.samples, dataset.steps)
    rest, held_out = _part(dataset, ~kept), _part(dataset, kept)
    files = {CALIBRATION: _npz(rest), HELD_OUT: _npz(held_out)}
    return TuningData(
        str(_in_cache(files[CALIBRATION])),
        held_out,
        files,
        f"{dataset.source}: calibrated on {rest.samples} samples, measured on {held_out.samples} held out: "
        f"one of every {HELD_OUT_OF}",
    )


def _part(dataset: Dataset, chosen: Array) -> Dataset:
    labels = None if dataset.labels is None else dataset.labels[chosen]
    return replace(dataset, inputs=tuple(array[chosen] for array in dataset.inputs), labels=labels)


def _npz(dataset: Dataset) -> bytes:
    """A .npz file; the same bytes for the same samples, where np.savez would write the time into it."""
    names = ["x"] if len(dataset.inputs) == 1 else [f"x{number}" for number in range(len(dataset.inputs))]
    arrays = dict(zip(names, dataset.inputs, strict=True))
    if dataset.labels is not None:
        arrays["y"] = dataset.labels
    if dataset.steps != 1:
        arrays["steps"] = np.array(dataset.steps)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), content.getvalue())
    return file.getvalue()


def _in_cache(content: bytes) -> Path:
    file = cache_folder() / "tune" / f"{hashlib.sha256(content).hexdigest()[:32]}.npz"
    if not file.is_file():
        write_whole(file, content)
    return file
