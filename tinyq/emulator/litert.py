"""The oracle of the profile xnnpack: what TensorFlow Lite's interpreter answers in Python by default."""

from collections.abc import Callable, Sequence

import numpy as np

from tinyq.ir.graph import Array

XNNPACK = "LiteRT (XNNPACK)"


def run_litert(
    tflite: bytes, inputs: Sequence[Array], on_progress: Callable[[int], None] | None = None, steps: int | None = None
) -> tuple[Array, ...]:
    """What the quantized model `tflite` answers: for each output [samples, *shape].

    Args:
        tflite: the model's bytes.
        inputs: for each input an array [samples, *shape] of its element type.
        on_progress: told the number of samples done.
        steps: so many samples in a row are one sequence; a new one gets a new interpreter. None of a model without a
            state, which has no sequences.

    Raises:
        RuntimeError: the interpreter does not take the model.
    """
    from ai_edge_litert.interpreter import Interpreter

    answers: list[list[Array]] = []
    for number, sample in enumerate(zip(*inputs, strict=True)):
        if number == 0 or (steps is not None and number % steps == 0):
            interpreter = Interpreter(model_content=tflite)
            interpreter.allocate_tensors()
        for details, array in zip(interpreter.get_input_details(), sample, strict=True):
            interpreter.set_tensor(details["index"], array)
        interpreter.invoke()
        # A copy: the tensor's memory is used again by the next sample.
        details_of_outputs = interpreter.get_output_details()
        answers.append([np.array(interpreter.get_tensor(output["index"])) for output in details_of_outputs])
        if on_progress is not None:
            on_progress(number + 1)
    return tuple(np.stack(answer) for answer in zip(*answers, strict=True))
