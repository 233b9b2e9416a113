"""Runs the float32 .tflite of a model: the accuracy that the quantized one is compared with."""

from collections.abc import Callable, Sequence

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
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # Without the default delegate: it reports itself on the terminal, and gains nothing at batch 1 here.
    interpreter = Interpreter(
        model_content=tflite, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()
    results: list[list[Array]] = [[] for _ in interpreter.get_output_details()]
    for sample in range(len(inputs[0])):
        if sample % steps == 0:
            interpreter.reset_all_variables()
        for detail, array in zip(details, inputs, strict=True):
            value = np.asarray(array[sample], detail["dtype"]).reshape(detail["shape"])
            interpreter.set_tensor(detail["index"], value)
        interpreter.invoke()
        for result, detail in zip(results, interpreter.get_output_details(), strict=True):
            result.append(interpreter.get_tensor(detail["index"]))
        if on_progress is not None:
            on_progress(sample + 1)
    return tuple(np.stack(result) for result in results)
