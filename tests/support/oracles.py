"""The interpreters that a case is compared with."""

from collections.abc import Sequence

import numpy as np

from support.cases import Case
from support.cases._case import Array
from tinyq.emulator.oracle import run_oracle


def oracle_answers(case: Case) -> Array:
    """What the interpreter that the case names answers, [samples, *shape]."""
    if case.oracle == "tflite-micro":
        (answers,) = run_oracle(case.tflite, 1, case.inputs)
        return answers
    return _litert(case.tflite, case.inputs, plain=case.oracle == "BUILTIN_REF")


def _litert(tflite: bytes, inputs: Sequence[Array], *, plain: bool) -> Array:
    """TensorFlow Lite's C++ kernels without XNNPACK: the plain ones, or where those lack an operator the usual ones."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    kernels = OpResolverType.BUILTIN_REF if plain else OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=tflite, experimental_op_resolver_type=kernels)
    interpreter.allocate_tensors()
    answers = []
    for sample in zip(*inputs, strict=True):
        for details, array in zip(interpreter.get_input_details(), sample, strict=True):
            interpreter.set_tensor(details["index"], array)
        interpreter.invoke()
        answers.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))
    return np.stack(answers)
