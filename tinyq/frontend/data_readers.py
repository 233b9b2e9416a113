"""Reads arrays from .npz and .npy files, as they are; nothing here knows the model."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tinyq.errors import TinyqError
from tinyq.ir.graph import Array

_MAGIC = (b"\x93NUMPY", b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, eq=False)
class Raw:
    """Arrays as they were found.

    Attributes:
        arrays: by key: `x`, or `x0`, `x1`, ..., or the names of inputs.
        labels: the array `y`; None where there is none.
        source: where the data came from, for messages.
        notes: what was changed while reading.
        batched: whether the arrays may hold batches, [batches, batch, ...].
        steps: so many samples in a row are one sequence; the state of a stateful model starts anew before each.
    """

    arrays: Mapping[str, Array]
    labels: Array | None
    source: str
    notes: tuple[str, ...] = ()
    batched: bool = False
    steps: int = 1


def read_numpy(path: Path) -> Raw:
    """The arrays of a .npz or .npy; `y` is the labels, the number `steps` the length of a sequence.

    Raises:
        TinyqError: the file can't be read, or holds Python objects.
    """
    arrays = _load(path)
    steps = arrays.pop("steps", np.array(1))
    if steps.shape != () or steps.dtype.kind not in "iu" or steps < 1:
        raise TinyqError(
            f"{path}: found steps = {np.array2string(steps, threshold=4)}; accepted: one positive integer",
            "steps says how many samples in a row are one sequence: np.savez(path, x=samples, steps=50)",
        )
    return Raw(
        {key: array for key, array in arrays.items() if key != "y"}, arrays.get("y"), str(path), steps=int(steps)
    )


def _load(path: Path) -> dict[str, Array]:
    try:
        # An open file, because NumPy leaves one that it opened itself open after an error.
        with path.open("rb") as file:
            return _arrays(file)
    except ValueError as error:
        # NumPy has no exception class of its own for this: a pickle could run code.
        if "allow_pickle" in str(error):
            raise TinyqError(
                f"{path}: holds Python objects or arrays of unequal lengths; accepted: arrays of numbers",
                "stack the samples to one array before saving: np.stack(samples)",
            ) from error
        raise _unreadable(path, error) from error
    except (OSError, EOFError, KeyError, SyntaxError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise _unreadable(path, error) from error


def _arrays(file: BinaryIO) -> dict[str, Array]:
    # NumPy takes any foreign file for a pickle and says so, which would mislead.
    if not file.read(6).startswith(_MAGIC):
        raise zipfile.BadZipFile
    file.seek(0)
    loaded = np.load(file, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return {"x": loaded}
    with loaded:
        return {key: loaded[key] for key in loaded.files}


def _unreadable(path: Path, error: Exception) -> TinyqError:
    return TinyqError(
        f"{path}: not readable as {path.suffix.lower()} ({type(error).__name__}): damaged, or a file of another kind",
        "save it again with np.savez(path, x=samples) or np.save(path, samples)",
    )
