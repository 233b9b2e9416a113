"""A stateful model as small as can be: it answers with the sum of all that it was given since the last reset."""

import numpy as np
from numpy.typing import NDArray

from support.tflite_model import Once, Op, T, tflite_model

START = np.array([[1, 2, 3, 4]], np.int8)


def running_sum(*, reads_again: bool = False) -> bytes:
    """The .tflite; the sums start with START. With `reads_again` it answers with what was there before instead."""
    x = T("x", (1, 4), scales=(0.5,), zero_points=(0,))
    name = {"sharedName": b"total"}
    handle, before, total = T("handle", (), "resource"), T("before", *x_like(x)), T("sum", *x_like(x))
    operators = [
        Op("CALL_ONCE", [], [], "CallOnceOptions", {"initSubgraphIndex": 1}),
        Op("VAR_HANDLE", [], ["handle"], "VarHandleOptions", name),
        Op("READ_VARIABLE", ["handle"], ["before"]),
        Op("ADD", ["x", "before"], ["sum"], "AddOptions"),
        Op("ASSIGN_VARIABLE", ["handle", "sum"], []),
    ]
    start = T("start", *x_like(x), data=START)
    once = Once([handle, start], [operators[1], Op("ASSIGN_VARIABLE", ["handle", "start"], [])])
    return tflite_model([x, before, total, handle], operators, ["x"], ["before" if reads_again else "sum"], once)


def x_like(x: T) -> tuple[tuple[int, ...], str, tuple[float, ...], tuple[int, ...]]:
    """Shape, type and quantization."""
    return x.shape, x.dtype, x.scales, x.zero_points


def sums(samples: NDArray[np.int8], steps: int) -> NDArray[np.int8]:
    """What it answers: the sums within each sequence of `steps`, saturated at every step."""
    total, answers = np.zeros((1, 4), np.int64), []
    for number, sample in enumerate(samples):
        total = np.clip((START if number % steps == 0 else total) + sample.astype(np.int64), -128, 127)
        answers.append(total)
    return np.stack(answers).astype(np.int8)
