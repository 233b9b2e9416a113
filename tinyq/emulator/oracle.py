"""The oracle: what TensorFlow Lite Micro itself answers, by the `tflite-micro` package where it is installed."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from tinyq.ir.graph import Array

PACKAGE = "tflite-micro"
# The interpreter's own default, ten times the file, is too little for a small file with large activations.
ARENA_BYTES = 2**24


def has_oracle() -> bool:
    """Whether the package is installed; it is part of tinyq's `oracle` extra."""
    return find_spec("tflite_micro") is not None


def oracle_takes(tflite: bytes) -> bool:
    """Whether the installed package has all operators of the model, in the types and forms in which it has them."""
    try:
        _interpreter(tflite).invoke()  # some kernels look at the types no earlier
    except RuntimeError:
        return False
    return True


def _interpreter(tflite: bytes) -> Any:  # noqa: ANN401  the package has no type information
    from tflite_micro.python.tflite_micro import runtime

    return runtime.Interpreter.from_bytes(tflite, arena_size=10 * len(tflite) + ARENA_BYTES)


def run_oracle(
    tflite: bytes,
    outputs: int,
    inputs: Sequence[Array],
    on_progress: Callable[[int], None] | None = None,
    steps: int | None = None,
) -> tuple[Array, ...]:
    """What the quantized model `tflite` with so many `outputs` answers; the rest as for `run_reference`.

    A new sequence gets a new interpreter: its own reset() sets variables to 0, not to what CALL_ONCE had set. A model
    without a state has no sequences: its `steps` are None.
    """
    interpreter = _interpreter(tflite)
    results: list[list[Array]] = [[] for _ in range(outputs)]
    for sample in range(len(inputs[0])):
        if steps is not None and sample and sample % steps == 0:
            interpreter = _interpreter(tflite)
        for index, array in enumerate(inputs):
            interpreter.set_input(array[sample], index)
        interpreter.invoke()
        for index, result in enumerate(results):
            result.append(interpreter.get_output(index).copy())
        if on_progress is not None:
            on_progress(sample + 1)
    return tuple(np.stack(result) for result in results)
