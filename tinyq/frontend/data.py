"""Data for a model: representative samples to quantize with, test sets to measure with.

The rule everywhere in tinyq: an array whose dtype equals the dtype of the .tflite input it is for (int8) is quantized
already; an array of any other dtype holds real values. A Keras model takes real values only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.data_csv import read_csv
from tinyq.frontend.data_images import image_files, read_images
from tinyq.frontend.data_module import is_module, read_module
from tinyq.frontend.data_readers import Raw, read_numpy
from tinyq.frontend.data_shapes import arrays_of, check_finite, check_number_type, fit_shape
from tinyq.frontend.input_spec import InputSpec
from tinyq.ir.graph import Array

__all__ = [
    "Dataset",
    "InputSpec",
    "fit",
    "load_dataset",
    "load_representative",
    "read_raw",
    "representative",
    "require_data",
]

ACCEPTED = ".npz, .npy, .csv, a folder of images, or module:function"
_READERS = {".npz": read_numpy, ".npy": read_numpy, ".csv": read_csv}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples for a model.

    Attributes:
        inputs: one array for each model input, in the model's order; the first axis counts samples, the others are the
            input's shape; float32, or the integer type that was found.
        labels: class numbers or target values, as many as samples; None where the data has none.
        source: where the data came from, for messages.
        notes: what was done to make the data fit, such as a reshape; one sentence each.
        steps: so many samples in a row are one sequence; the state of a stateful model starts anew before each.
    """

    inputs: tuple[Array, ...]
    labels: Array | None
    source: str
    notes: tuple[str, ...] = ()
    steps: int = 1

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.inputs[0])


def load_dataset(spec: str, inputs: Sequence[InputSpec]) -> Dataset:
    """The data that `spec` names, checked and brought to the shapes of `inputs`.

    Args:
        spec: a .npz (`x`, optional `y` and `steps`; for several inputs their names, or x0, x1, ...), a .npy, a .csv (a
            row is a flattened sample; a header may name a column y or label), a folder of images (sub-folders are
            classes, in sorted order), or `module:function` that yields samples or pairs (sample, label).
        inputs: the model's inputs.

    Returns:
        float64 becomes float32; integers stay as they are, because their dtype says whether they are quantized.

    Raises:
        TinyqError: missing, unreadable or empty data; a wrong shape or type; NaN or infinity; labels of another length.
    """
    return fit(read_raw(spec, inputs), inputs)


def load_representative(spec: str, inputs: Sequence[InputSpec]) -> Dataset:
    """The data that `spec` names, to quantize a Keras model with: real values in the dtypes of `inputs`.

    Raises:
        TinyqError: as `load_dataset`; also where all values of an input are equal: no range can be told from them.
    """
    return representative(load_dataset(spec, inputs), inputs)


def read_raw(spec: str, inputs: Sequence[InputSpec] = ()) -> Raw:
    """The arrays that `spec` names, as they are; `inputs` are needed for a folder of images only.

    Raises:
        TinyqError: missing or unreadable data.
    """
    if is_module(spec):
        return read_module(spec)
    require_data(spec)
    path = Path(spec)
    if path.is_dir():
        return read_images(path, image_files(path), inputs)
    return _READERS[path.suffix.lower()](path)


def require_data(spec: str) -> None:
    """Refuse a file that is not there, or of a kind that is not read.

    Raises:
        TinyqError: says what is accepted.
    """
    path = Path(spec)
    if not path.exists():
        raise TinyqError(f"{spec}: no such file or folder", f"accepted data: {ACCEPTED}")
    if not path.is_dir() and path.suffix.lower() not in _READERS:
        found = path.suffix or "file without a suffix"
        raise TinyqError(
            f"{spec}: found a {found}; accepted data: {ACCEPTED}", "save the samples as .npz: np.savez(...)"
        )


def fit(raw: Raw, inputs: Sequence[InputSpec]) -> Dataset:
    """`raw` checked and brought to the shapes of `inputs`.

    Raises:
        TinyqError: as `load_dataset`.
    """
    fitted: list[Array] = []
    notes = list(raw.notes)
    for (key, array), spec in zip(arrays_of(raw, inputs), inputs, strict=True):
        where = f"{raw.source}: {key}"
        check_number_type(array, where)
        shaped, note = fit_shape(array, spec, where, batched=raw.batched)
        fitted.append(_storable(shaped))
        check_finite(fitted[-1], where)
        _check_same_length(raw.source, key, fitted[-1], fitted[0])
        notes += [note] if note else []
    labels = None if raw.labels is None else _labels(raw, raw.labels, len(fitted[0]))
    if len(fitted[0]) % raw.steps:
        raise TinyqError(
            f"{raw.source}: found {len(fitted[0])} samples in sequences of {raw.steps}; accepted: whole sequences",
            "give as many samples as sequences times steps",
        )
    return Dataset(tuple(fitted), labels, raw.source, tuple(notes), raw.steps)


def representative(dataset: Dataset, inputs: Sequence[InputSpec]) -> Dataset:
    """`dataset` as real values in the dtypes of `inputs`, which are those of a Keras model.

    Raises:
        TinyqError: all values of an input are equal.
    """
    for array, spec in zip(dataset.inputs, inputs, strict=True):
        if array.min() == array.max():
            raise TinyqError(
                f"{dataset.source}: all {array.size} values for input {spec.name} are {array.flat[0]:g}; "
                "accepted: data that varies as in real use",
                "the range of each layer is measured on this data: give samples from the training set",
            )
    arrays = [array.astype(spec.dtype) for array, spec in zip(dataset.inputs, inputs, strict=True)]
    return replace(dataset, inputs=tuple(arrays))


def _storable(array: Array) -> Array:
    if array.dtype == np.bool_:
        return array.astype(np.uint8)
    # What float32 can't hold becomes infinity, which is refused with the sample's number.
    with np.errstate(over="ignore"):
        return array.astype(np.float32) if array.dtype.kind == "f" else array


def _labels(raw: Raw, labels: Array, samples: int) -> Array:
    where = f"{raw.source}: y"
    check_number_type(labels, where)
    if raw.batched and labels.ndim > 1 and labels.shape[0] * labels.shape[1] == samples:
        labels = labels.reshape(samples, *labels.shape[2:])
    if labels.ndim == 0 or len(labels) != samples:
        found = "one number" if labels.ndim == 0 else f"{len(labels)} labels"
        raise TinyqError(
            f"{raw.source}: found {found} (y) for {samples} samples (x); accepted: one label for each sample",
            "give x and y of the same length, in the same order",
        )
    stored = _storable(labels)
    check_finite(stored, where)
    return stored


def _check_same_length(source: str, key: str, array: Array, first: Array) -> None:
    if len(array) != len(first):
        raise TinyqError(
            f"{source}: found {len(array)} samples in {key}, {len(first)} in the first input; accepted: equal numbers",
            "give every input of the model the same samples, in the same order",
        )
