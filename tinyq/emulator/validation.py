"""Runs a test set through the engines and says how they agree and how good they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tinyq.emulator.agreement import Difference, first_difference, first_differing_sample, mismatches
from tinyq.emulator.metrics import Labels, Metric, score
from tinyq.emulator.reference import run_reference, run_traced
from tinyq.ir.graph import Array, Graph, Scheme, Tensor
from tinyq.numerics import affine

# (stage, samples done, samples in all)
Progress = Callable[[str, int, int], None]
# Raw output bytes of each layer for the last sample of one sequence, by layer name.
Trace = Callable[[Sequence[Array]], Mapping[str, Array]]


@dataclass(frozen=True)
class Engine:
    """One way to compute the model besides the NumPy reference.

    Attributes:
        name: as in the report, such as `host`.
        run: outputs for many samples in sequences of so many steps, as `run_reference` gives them.
        trace: where the engine can look inside, to name a differing layer.
    """

    name: str
    run: Callable[[Sequence[Array], Callable[[int], None], int], tuple[Array, ...]]
    trace: Trace | None = None


@dataclass(frozen=True)
class Agreement:
    """How an engine's outputs compare with the NumPy reference's.

    Attributes:
        values: outputs compared, single numbers.
        mismatches: how many of them differ.
        difference: the first differing value by layer; None where nothing differs or the engine can't look inside.
        score: the engine's own accuracy or error; None without labels.
    """

    engine: str
    values: int
    mismatches: int
    difference: Difference | None
    score: float | None


@dataclass(frozen=True)
class Validation:
    """What a test set showed.

    Attributes:
        samples: in the test set.
        metric: what the scores are; None without labels.
        reference: score of the NumPy reference, that is of the quantized model.
        float32: score of the float model; None where there is none.
        agreements: one for each engine.
        scheme: the types of the quantized model.
    """

    samples: int
    metric: Metric | None
    reference: float | None
    float32: float | None
    agreements: tuple[Agreement, ...]
    scheme: Scheme = "int8"

    @property
    def mismatches(self) -> int:
        """Differing output values over all engines."""
        return sum(agreement.mismatches for agreement in self.agreements)


def validate(
    graph: Graph,
    inputs: Sequence[Array],
    labels: Labels | None,
    engines: Sequence[Engine],
    run_float32: Callable[[Callable[[int], None]], tuple[Array, ...]] | None,
    progress: Progress,
    steps: int = 1,
) -> Validation:
    """Compare `engines` with the NumPy reference on `inputs`.

    Args:
        graph: the model.
        inputs: for each graph input an array [samples, *shape] of the input's dtype.
        labels: what the first output should be; None to compare the engines only.
        engines: what else computes the model.
        run_float32: computes the float model's outputs for the same samples; None where there is no float model.
        progress: is told how far each stage is.
        steps: so many samples in a row are one sequence, which starts after a reset.
    """
    samples = len(inputs[0])
    reference = run_reference(graph, inputs, lambda done: progress("NumPy reference", done, samples), steps)
    output = graph.tensors[graph.outputs[0]]

    def scored(values: Array | None) -> float | None:
        return None if labels is None or values is None else score(values, labels)

    def agreement(engine: Engine) -> Agreement:
        found = engine.run(inputs, lambda done: progress(engine.name, done, samples), steps)
        return Agreement(
            engine.name,
            sum(values.size for values in reference),
            mismatches(reference, found),
            _explained(graph, inputs, reference, found, engine, steps),
            scored(real_values(found[0], output)),
        )

    agreements = tuple(agreement(engine) for engine in engines)
    float32 = None
    if run_float32 is not None and labels is not None:
        float32 = scored(run_float32(lambda done: progress("float model", done, samples))[0])
    metric = None if labels is None else labels.metric
    return Validation(samples, metric, scored(real_values(reference[0], output)), float32, agreements, graph.scheme)


def real_values(values: Array, tensor: Tensor) -> Array:
    """The real numbers that `values` of `tensor` stand for."""
    if tensor.quantization is None:
        return values
    return affine.dequantize(values, tensor.scale, tensor.zero_point)


def raw_inputs(arrays: Sequence[Array], tensors: Sequence[Tensor]) -> tuple[Array, ...]:
    """Data as the model takes it: an array of the input's own integer type is taken as it is, others are quantized.

    Args:
        arrays: for each input, [samples, ...].
        tensors: the model's inputs.

    Returns:
        For each input an array [samples, *shape] of the input's dtype.
    """
    return tuple(_raw(array, tensor).reshape(-1, *tensor.shape) for array, tensor in zip(arrays, tensors, strict=True))


def _raw(array: Array, tensor: Tensor) -> Array:
    if array.dtype == tensor.dtype or tensor.quantization is None:
        return array.astype(tensor.dtype)
    return affine.quantize(array, tensor.scale, tensor.zero_point, tensor.dtype)


def _explained(
    graph: Graph,
    inputs: Sequence[Array],
    reference: Sequence[Array],
    found: Sequence[Array],
    engine: Engine,
    steps: int,
) -> Difference | None:
    sample = first_differing_sample(reference, found)
    if sample is None or engine.trace is None:
        return None
    so_far = [array[sample - sample % steps : sample + 1] for array in inputs]
    values: Mapping[str, Array] = {}
    for step in range(len(so_far[0])):
        values = run_traced(graph, [array[step : step + 1] for array in so_far], values)
    return first_difference(graph, sample, values, engine.trace(so_far))
