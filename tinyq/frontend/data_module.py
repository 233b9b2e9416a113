"""Takes samples from a user's function."""

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.data_readers import Raw
from tinyq.ir.graph import Array


def is_module(spec: str) -> bool:
    """Whether `spec` is `module:function`, and no file of that name exists."""
    module, colon, function = spec.partition(":")
    named = all(part.isidentifier() for part in (*module.split("."), function))
    return bool(colon) and named and not Path(spec).exists()


def read_module(spec: str) -> Raw:
    """The samples that the function `module:function` yields, imported from the current folder.

    It yields arrays, or pairs (sample, label); for a model with several inputs a sample is a list, or a dict by input
    name. Samples may come one by one or in batches. A function that returns one whole array, or a tuple (x, y) of whole
    arrays, is taken as well.

    Raises:
        TinyqError: there is no such function, it fails, or what it yields can't be stacked.
    """
    produced = _run(spec)
    whole = isinstance(produced, tuple)
    items = [produced] if whole else produced
    if not items:
        raise TinyqError(f"{spec}: yielded nothing; accepted: at least one sample", "yield arrays or pairs (x, y)")
    pairs = [item if isinstance(item, tuple) and len(item) == 2 else (item, None) for item in items]
    samples = [_named(sample) for sample, _ in pairs]
    keys = tuple(samples[0])
    if odd := [number for number, sample in enumerate(samples) if tuple(sample) != keys]:
        raise TinyqError(
            f"{spec}: sample {odd[0]} has the inputs {', '.join(samples[odd[0]])}, sample 0 has {', '.join(keys)}; "
            "accepted: the same inputs in each",
            "yield each input of the model in every sample",
        )
    arrays = {key: _joined(spec, key, [sample[key] for sample in samples], whole=whole) for key in keys}
    labelled = all(label is not None for _, label in pairs)
    labels = _joined(spec, "y", [np.asarray(label) for _, label in pairs], whole=whole) if labelled else None
    return Raw(arrays, labels, spec, batched=not whole)


def _run(spec: str) -> Any:  # noqa: ANN401  what a user's function gives: a tuple as it is, all else as a list
    module_name, _, function_name = spec.partition(":")
    with _importable_here():
        function = _function(spec, module_name, function_name)
        try:
            produced = function()
            return produced if isinstance(produced, tuple) else list(produced)
        except Exception as error:  # the user's function may raise anything
            raise TinyqError(
                f"{spec}: the function failed: {type(error).__name__}: {error}",
                f"run it by itself: python -c 'import {module_name}; list({module_name}.{function_name}())'",
            ) from error


@contextmanager
def _importable_here() -> Iterator[None]:
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)


def _function(spec: str, module_name: str, function_name: str) -> Any:  # noqa: ANN401  a user's own function
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # importing runs the user's code
        raise TinyqError(
            f"{spec}: module {module_name} can't be imported: {type(error).__name__}: {error}",
            f"run this in the folder of {module_name}.py, or install the package that holds it",
        ) from error
    function = getattr(module, function_name, None)
    if not callable(function):
        raise TinyqError(
            f"{spec}: module {module_name} has no function {function_name}",
            f"define it: def {function_name}(): yield ...",
        )
    return function


def _named(sample: Any) -> dict[str, Array]:  # noqa: ANN401  what a user's function yields
    if isinstance(sample, Mapping):
        return {str(key): np.asarray(value) for key, value in sample.items()}
    if isinstance(sample, list) and len(sample) > 1 and all(isinstance(part, np.ndarray) for part in sample):
        return {f"x{number}": part for number, part in enumerate(sample)}
    return {"x": np.asarray(sample[0] if isinstance(sample, list) and len(sample) == 1 else sample)}


def _joined(spec: str, key: str, arrays: Sequence[Array], *, whole: bool) -> Array:
    if whole:
        return arrays[0]
    shapes = {array.shape for array in arrays}
    if len(shapes) == 1:
        return np.stack(arrays)
    odd = next(number for number, array in enumerate(arrays) if array.shape != arrays[0].shape)
    last_batch_is_shorter = odd == len(arrays) - 1 and all(shapes) and len({shape[1:] for shape in shapes}) == 1
    if last_batch_is_shorter:
        return np.concatenate(arrays)
    raise TinyqError(
        f"{spec}: {key} number {odd} has the shape {list(arrays[odd].shape)}, number 0 has {list(arrays[0].shape)}; "
        "accepted: the same shape for each",
        "yield samples of one shape",
    )
