"""Validation of a compiled model: which engines run, on which data."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from tinyq.codegen.generated import SelfTest
from tinyq.emulator.host import HostModel
from tinyq.emulator.litert import XNNPACK, run_litert
from tinyq.emulator.metrics import Labels, read_labels
from tinyq.emulator.oracle import PACKAGE, has_oracle, oracle_takes, run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import Engine, Progress, Validation, raw_inputs, real_values, validate
from tinyq.frontend.data import Dataset, InputSpec, load_dataset
from tinyq.ir.graph import Array
from tinyq.ops.cone import float_nodes_left
from tinyq.pipeline.compile import CompiledModel

RANDOM_SAMPLES = 16  # for a model without data: enough to compare the engines, of no use for an accuracy
RANDOM_STEPS = 4  # of each sequence, where the model has a state
LARGEST_SAMPLE_BYTES = 4096  # of a self-test sample in flash


@dataclass(frozen=True, eq=False)
class TestSet:
    """Samples as the model takes them, with labels where there are some.

    Attributes:
        inputs: for each graph input an array [samples, *shape] of the input's dtype.
        real: the same samples as they were given, for the float model; None for random ones.
        labels: what the first output should be.
        steps: so many samples in a row are one sequence; the model's state is reset before each.
    """

    __test__ = False  # not a test case, whatever its name looks like to pytest

    inputs: tuple[Array, ...]
    real: tuple[Array, ...] | None
    labels: Labels | None
    steps: int = 1


def test_set(compiled: CompiledModel, data: str | None) -> TestSet:
    """The samples in `data`, or a few random ones where there is no data.

    Raises:
        TinyqError: data that the model can't take.
    """
    if data is None:
        return TestSet(_random_inputs(compiled), None, None, RANDOM_STEPS if compiled.graph.is_stateful else 1)
    tensors = compiled.generated.inputs
    dataset = load_dataset(data, [InputSpec(tensor.name, tensor.shape[1:], tensor.dtype) for tensor in tensors])
    inputs = raw_inputs(dataset.inputs, tensors)
    return TestSet(inputs, _real(dataset, compiled), _labels(dataset, compiled), dataset.steps)


def self_test(compiled: CompiledModel, tests: TestSet) -> SelfTest:
    """The first test sample, or zeros where it is too large to keep in flash, and what NumPy answers to it."""
    first = tuple(array[:1] for array in tests.inputs)
    is_small = sum(array.nbytes for array in first) <= LARGEST_SAMPLE_BYTES
    inputs = first if is_small else tuple(np.zeros_like(array) for array in first)
    outputs = run_reference(compiled.graph, inputs)
    sample = tuple(array.tobytes() for array in inputs) if is_small else None
    return SelfTest(sample, tuple(array.tobytes() for array in outputs))


def real_sample(compiled: CompiledModel, tests: TestSet) -> tuple[Array, ...]:
    """The first sample as real values, for each input [1, ...]."""
    if tests.real is not None:
        return tuple(array[:1] for array in tests.real)
    tensors = compiled.generated.inputs
    return tuple(real_values(array[:1], tensor) for array, tensor in zip(tests.inputs, tensors, strict=True))


def host_engine(compiled: CompiledModel) -> Engine:
    """The generated C, compiled for this machine."""
    host = HostModel(compiled.generated, compiled.layers)
    return Engine("generated C", host.run, host.run_traced)


def oracle_engine(compiled: CompiledModel) -> Engine | None:
    """TensorFlow Lite Micro, or in the profile xnnpack TensorFlow Lite; None where there is none.

    There is none where the model computes in float32 either: these may sum in another order.
    """
    if float_nodes_left(compiled.graph):
        return None
    if compiled.target.arithmetic == "xnnpack":
        return Engine(XNNPACK, partial(_run_litert, compiled))
    if not has_oracle() or not oracle_takes(compiled.tflite):
        return None

    def run(inputs: Sequence[Array], on_progress: Callable[[int], None], steps: int) -> tuple[Array, ...]:
        in_sequences = _in_sequences(compiled, steps)
        return run_oracle(compiled.tflite, len(compiled.graph.outputs), inputs, on_progress, in_sequences)

    return Engine(PACKAGE, run)


def _run_litert(
    compiled: CompiledModel, inputs: Sequence[Array], on_progress: Callable[[int], None], steps: int
) -> tuple[Array, ...]:
    return run_litert(compiled.tflite, inputs, on_progress, _in_sequences(compiled, steps))


def _in_sequences(compiled: CompiledModel, steps: int) -> int | None:
    """After how many samples the states start anew, where there are some."""
    length = steps if compiled.graph.is_stateful else 1
    return length if compiled.graph.states else None


@contextmanager
def board_engines(compiled: CompiledModel, port: str | None, baud: int) -> Iterator[list[Engine]]:
    """The model on the real board behind a serial port; nothing where no port is named.

    Args:
        compiled: what the board should hold.
        port: such as /dev/ttyACM0.
        baud: symbols a second.

    Raises:
        TinyqError: nobody answers there, or the board holds another model.
    """
    if port is None:
        yield []
        return
    from tinyq.device_link.board import connected

    with connected(port, baud, compiled.generated) as board:
        yield [Engine("board", board.run)]


def measure(
    compiled: CompiledModel, tests: TestSet, engines: Sequence[Engine], float32: bytes | None, progress: Progress
) -> Validation:
    """Compare `engines` with the NumPy reference on `tests`; `float32` is the unquantized .tflite, if there is one."""
    run_float32 = None
    if float32 is not None and tests.real is not None:
        from tinyq.emulator.float_model import run_float

        model, real = float32, tests.real

        def run_float32(told: Callable[[int], None]) -> tuple[Array, ...]:
            return run_float(model, real, told, tests.steps)

    return validate(compiled.graph, tests.inputs, tests.labels, engines, run_float32, progress, tests.steps)


def _random_inputs(compiled: CompiledModel) -> tuple[Array, ...]:
    chance = np.random.default_rng(0)
    return tuple(
        chance.normal(size=(RANDOM_SAMPLES, *tensor.shape)).astype(np.float32)
        if tensor.dtype == "float32"
        else chance.integers(
            np.iinfo(tensor.dtype).min,
            np.iinfo(tensor.dtype).max,
            (RANDOM_SAMPLES, *tensor.shape),
            tensor.dtype,
            endpoint=True,
        )
        for tensor in compiled.generated.inputs
    )


def _real(dataset: Dataset, compiled: CompiledModel) -> tuple[Array, ...] | None:
    """The samples for the float model; None where they were given as the model's own integers."""
    given = zip(dataset.inputs, compiled.generated.inputs, strict=True)
    quantized = any(array.dtype == tensor.dtype and tensor.dtype != "float32" for array, tensor in given)
    return None if quantized else dataset.inputs


def _labels(dataset: Dataset, compiled: CompiledModel) -> Labels | None:
    if dataset.labels is None:
        return None
    return read_labels(dataset.labels, compiled.generated.outputs[0].elements, dataset.source)
