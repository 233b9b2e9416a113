"""A model of one operator with inputs for it, and which interpreter can say what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from support.tflite_model import Op, T, tflite_model

Array = NDArray[Any]
Oracle = Literal["tflite-micro", "BUILTIN_REF"]

RANDOM_SAMPLES = 3


@dataclass(frozen=True, eq=False)
class Case:
    """A one-operator .tflite model and its inputs.

    Attributes:
        tflite: the file.
        inputs: for each model input an array [samples, *shape].
        text: what Hypothesis prints when the case fails.
        oracle: the interpreter that computes this case rightly.
        outputs: how many outputs the model has.
        needs_passes: whether there is C only after the passes: before them it has float32 operators.
        allow_float: whether it computes in float32 at run time.
        steps: so many samples in a row are one sequence; states are reset before each.
        twin: a model of the same answers that the oracle takes, where it does not take `tflite`.
    """

    tflite: bytes
    inputs: tuple[Array, ...]
    text: tuple[str, ...]
    oracle: Oracle = "tflite-micro"
    outputs: int = 1
    needs_passes: bool = False
    steps: int = 1
    twin: bytes | None = None
    allow_float: bool = False

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001  Hypothesis looks for this very method
        printer.text("\n".join(self.text))


def one_operator(
    name: str,
    inputs: Sequence[T | None],
    outputs: T | Sequence[T],
    samples: Sequence[Array],
    table: str | None = None,
    options: Mapping[str, Any] | None = None,
    oracle: Oracle = "tflite-micro",
    *,
    allow_float: bool = False,
) -> Case:
    """The case of operator `name`; `inputs` without data are the model's, and `samples` are for them, in order."""
    present = {tensor.name: tensor for tensor in inputs if tensor is not None}
    given = [tensor.name for tensor in present.values() if tensor.data is None]
    written = [outputs] if isinstance(outputs, T) else list(outputs)
    tensors = [*present.values(), *written]
    results = [tensor.name for tensor in written]
    names = [None if tensor is None else tensor.name for tensor in inputs]
    operator = Op(name, names, results, table, options or {})
    text = (f"{name} {dict(options or {})}", *map(_described, tensors))
    model = tflite_model(tensors, [operator], given, results)
    return Case(model, tuple(samples), text, oracle, len(written), allow_float=allow_float)


def _described(tensor: T) -> str:
    constant = "" if tensor.data is None else f" = {np.array2string(np.asarray(tensor.data), threshold=40)}"
    return f"{tensor.name}: {tensor.dtype}{list(tensor.shape)} {tensor.scales} {tensor.zero_points}{constant}"


def int_samples(chance: np.random.Generator, tensor: T) -> Array:
    """Random inputs, and those at the ends of the range, as all -128 and all 127 in int8, and all at the zero point."""
    return integer_samples(chance, tensor, np.iinfo(tensor.dtype))


def integer_samples(chance: np.random.Generator, tensor: T, limits: Any) -> Array:
    """As `int_samples`, for integers from `limits.min` to `limits.max`."""
    low, high = int(limits.min), int(limits.max)
    random = chance.integers(low, high + 1, (RANDOM_SAMPLES, *tensor.shape))
    extremes = [np.full(tensor.shape, value) for value in (low, high, *(tensor.zero_points or (0,)))]
    return np.stack([*random, *extremes]).astype(tensor.dtype)
