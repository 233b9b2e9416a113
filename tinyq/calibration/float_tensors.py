"""What the tensors of a float .tflite hold for each sample, by TensorFlow Lite's interpreter."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tinyq.calibration.statistics import Collector, Statistics
from tinyq.emulator.float_model import float_interpreter, set_inputs
from tinyq.frontend.schema import parse
from tinyq.frontend.tflite_tensors import named_tensors
from tinyq.ir.graph import Array


def traced(tflite: bytes, inputs: Sequence[Array]) -> Iterator[Mapping[int, Array]]:
    """For each sample, the computed float32 tensors of the model by number, and its inputs.

    Args:
        tflite: a float model of batch 1; its inputs in the order of `inputs`. Its variables start anew every time.
        inputs: for each model input, real values [samples, ...].
    """
    interpreter = float_interpreter(tflite, keep_all=True)
    numbers = _computed(interpreter)
    for sample in range(len(inputs[0])):
        interpreter.reset_all_variables()
        set_inputs(interpreter, inputs, sample)
        interpreter.invoke()
        yield {number: interpreter.get_tensor(number) for number in numbers}


def _computed(interpreter: Any) -> list[int]:  # noqa: ANN401  the wheel has no type information
    """Numbers of the float32 tensors that operators write, and of the inputs."""
    operators = interpreter._get_ops_details()
    written = {int(number) for operator in operators for number in operator["outputs"]}
    written |= {detail["index"] for detail in interpreter.get_input_details()}
    details = interpreter.get_tensor_details()
    return [each["index"] for each in details if each["index"] in written and each["dtype"] is np.float32]


def statistics_of(tflite: bytes, inputs: Sequence[Array]) -> Mapping[int, Statistics]:
    """The statistics of every computed float32 tensor of `tflite`, by number; arguments as for `traced`."""
    collectors: dict[int, Collector] = {}
    for tensors in traced(tflite, inputs):
        for number, values in tensors.items():
            collectors.setdefault(number, Collector()).add(values)
    return {number: collector.statistics() for number, collector in collectors.items()}


def named_statistics(tflite: bytes, inputs: Sequence[Array]) -> Mapping[str, Statistics]:
    """As `statistics_of`, by name."""
    names = _names(tflite)
    return {names[number]: each for number, each in statistics_of(tflite, inputs).items()}


def named_values(tflite: bytes, inputs: Sequence[Array]) -> Mapping[str, Array]:
    """The computed float32 tensors of `tflite` by name, float32 [samples, ...]; arguments as for `traced`."""
    names = _names(tflite)
    values: dict[str, list[Array]] = {}
    for tensors in traced(tflite, inputs):
        for number, value in tensors.items():
            values.setdefault(names[number], []).append(value)
    return {name: np.concatenate(each) for name, each in values.items()}


def _names(tflite: bytes) -> dict[int, str]:
    return {number: name for number, _, name in named_tensors(parse(tflite, "the float model"))}
