"""The interpreters that a case is compared with."""

from collections.abc import Sequence

import numpy as np

from support.cases import Case
from support.cases._case import Array
from tinyq.emulator.oracle import run_oracle


def oracle_answers(case: Case) -> Array:
    """What the interpreter that the case names answers, [samples, *shape]."""
    (answers,) = (
        run_oracle(case.tflite, 1, case.inputs)
        if case.oracle == "tflite-micro"
        else builtin_ref(case.tflite, case.inputs)
    )
    return answers


def builtin_ref(tflite: bytes, inputs: Sequence[Array]) -> tuple[Array, ...]:
    """What TensorFlow Lite's plain C++ kernels answer, without XNNPACK: for each output [samples, *shape]."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(model_content=tflite, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    answers = []
    for sample in zip(*inputs, strict=True):
        for details, array in zip(interpreter.get_input_details(), sample, strict=True):
            interpreter.set_tensor(details["index"], array)
        interpreter.invoke()
        answers.append([interpreter.get_tensor(details["index"]) for details in interpreter.get_output_details()])
    return tuple(np.stack(samples) for samples in zip(*answers, strict=True))
