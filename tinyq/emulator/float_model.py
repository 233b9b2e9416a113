"""Runs the float32 .tflite of a model: the accuracy that the quantized one is compared with."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array


def run_float(
    tflite: bytes, inputs: Sequence[Array], on_progress: Callable[[int], None] | None = None, steps: int = 1
) -> tuple[Array, ...]:
    """The outputs of the float32 model `tflite` for many samples.

    Args:
        tflite: the file's bytes; batch 1.
        inputs: for each model input, real values [samples, ...].
        on_progress: told after each sample how many are done.
        steps: so many samples in a row are one sequence, before which variables are reset.

    Returns:
        For each model output an array [samples, *shape].
    """
    interpreter = float_interpreter(tflite)
    results: list[list[Array]] = [[] for _ in interpreter.get_output_details()]
    for sample in range(len(inputs[0])):
        if sample % steps == 0:
            interpreter.reset_all_variables()
        set_inputs(interpreter, inputs, sample)
        interpreter.invoke()
        for result, detail in zip(results, interpreter.get_output_details(), strict=True):
            result.append(interpreter.get_tensor(detail["index"]))
        if on_progress is not None:
            on_progress(sample + 1)
    return tuple(np.stack(result) for result in results)


def float_interpreter(tflite: bytes, *, keep_all: bool = False) -> Any:  # noqa: ANN401  the wheel has no type information
    """TensorFlow Lite's interpreter of `tflite`; with `keep_all` every tensor can be read after an inference."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # Without the default delegate: it reports itself on the terminal, and gains nothing at batch 1 here.
    interpreter = Interpreter(
        model_content=tflite,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=keep_all,
    )
    interpreter.allocate_tensors()
    return interpreter


def set_inputs(interpreter: Any, inputs: Sequence[Array], sample: int) -> None:  # noqa: ANN401  as above
    """Give `interpreter` one sample of `inputs`, each [samples, ...]."""
    for detail, array in zip(interpreter.get_input_details(), inputs, strict=True):
        value = np.asarray(array[sample], detail["dtype"]).reshape(detail["shape"])
        interpreter.set_tensor(detail["index"], value)
