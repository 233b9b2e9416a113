"""Checks data against what a model takes: which array is for which input, its type, its shape, its values."""

import math
from collections.abc import Sequence

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.data_readers import Raw
from tinyq.frontend.input_spec import InputSpec
from tinyq.ir.graph import Array


def arrays_of(raw: Raw, inputs: Sequence[InputSpec]) -> tuple[tuple[str, Array], ...]:
    """For each input, the key and the array in `raw` that is for it.

    Raises:
        TinyqError: an input has no array.
    """
    return tuple(_array_of(raw, spec, number, alone=len(inputs) == 1) for number, spec in enumerate(inputs))


def _array_of(raw: Raw, spec: InputSpec, number: int, *, alone: bool) -> tuple[str, Array]:
    keys = (*spec.keys, f"x{number}", *(("x",) if alone else ()))
    for key in reversed(keys) if alone else keys:
        if key in raw.arrays:
            return key, raw.arrays[key]
    found = ", ".join(raw.arrays) or "no array"
    wanted = "x" if alone else f"{spec.keys[-1]} or x{number}"
    raise TinyqError(
        f"{raw.source}: found {found}; accepted: {wanted} for the model's input {spec.keys[-1]}, and y for labels",
        f"np.savez('data.npz', {wanted.split(' ')[0]}=samples, y=labels)",
    )


def check_number_type(array: Array, where: str) -> None:
    """Refuse what holds no real numbers.

    Raises:
        TinyqError: strings, objects, complex numbers, dates.
    """
    if array.dtype.kind not in "biuf":
        kind = {"O": "objects", "U": "text", "S": "text", "c": "complex numbers"}.get(array.dtype.kind, "no numbers")
        raise TinyqError(
            f"{where} holds {kind} (dtype {array.dtype}); accepted: real numbers",
            "give an array of floats or integers, such as np.asarray(samples, np.float32)",
        )


def fit_shape(array: Array, spec: InputSpec, where: str, *, batched: bool) -> tuple[Array, str]:
    """`array` with the shape (samples, *spec.shape), and a note on the reshape if there was one.

    Only reshapes that cannot be meant otherwise are made: an axis of 1 more or less at the end, flattened samples, and
    (where `batched`) samples that came in batches.

    Raises:
        TinyqError: no samples, or another shape.
    """
    if array.ndim and len(array) == 0:
        raise TinyqError(f"{where} has no samples (shape {_text(array.shape)}); accepted: at least one", "give data")
    if batched and array.shape[2:] == spec.shape:
        array = array.reshape(-1, *spec.shape)
    wanted = ("samples", *spec.shape)
    if array.ndim and array.shape[1:] == spec.shape:
        return array, ""
    if array.ndim and _same_values(array.shape[1:], spec.shape):
        reshaped = array.reshape(len(array), *spec.shape)
        return reshaped, f"{where}: shape {_text(array.shape)} was taken as {_text(reshaped.shape)}"
    raise TinyqError(
        f"{where} has the shape {_text(array.shape)}; accepted: {_text(wanted)}", _shape_hint(array.shape, spec.shape)
    )


def _same_values(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    flattened = len(found) == 1 and found[0] == math.prod(wanted)
    return flattened or (*found, 1) == wanted or found == (*wanted, 1)


def _shape_hint(found: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    if found == wanted:
        return "this is one sample without the axis that counts samples: give x[np.newaxis]"
    if len(wanted) > 1 and found[1:] == (wanted[-1], *wanted[:-1]):
        return "the channels come first here: give np.moveaxis(x, 1, -1)"
    if found[1:] == (1, *wanted):
        return "there is one axis of 1 too many: give x[:, 0]"
    if sorted(found[1:]) == sorted(wanted):
        return "the axes are in another order: give them as the model has them, with np.transpose"
    if math.prod(found[1:]) == math.prod(wanted):
        return f"the number of values is right: if their order is too, give x.reshape(-1, {_bare(wanted)})"
    return f"prepare the samples as for training: each has the shape {_text(wanted)}"


def _bare(shape: Sequence[object]) -> str:
    return ", ".join(map(str, shape))


def _text(shape: Sequence[object]) -> str:
    return f"[{_bare(shape)}]"


def check_finite(array: Array, where: str) -> None:
    """Refuse NaN and infinity.

    Raises:
        TinyqError: with the first sample that holds one.
    """
    bad = ~np.isfinite(array)
    if bad.any():
        first = tuple(int(index) for index in np.argwhere(bad)[0])
        samples = int(bad.reshape(len(array), -1).any(axis=1).sum())
        raise TinyqError(
            f"{where} holds {array[first]} in sample {first[0]} (position {_text(first[1:])}), "
            f"{samples} such samples in all; accepted: finite numbers",
            "leave these samples out, or mend the step that makes them",
        )
