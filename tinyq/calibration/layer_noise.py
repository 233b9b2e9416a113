"""What quantization costs, layer by layer: noise in each, and what returns if one alone stays float or has 16 bits."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tinyq.calibration.float_tensors import named_values
from tinyq.calibration.noise import decibels, noise
from tinyq.calibration.simulation import simulated
from tinyq.emulator.float_model import run_float
from tinyq.emulator.metrics import Labels, score
from tinyq.emulator.reference import run_traced
from tinyq.emulator.validation import raw_inputs, real_values
from tinyq.ir.graph import Array, Graph, Tensor
from tinyq.ir.wide import wide_quantization


@dataclass(frozen=True)
class ModelNoise:
    """What quantization does to a model.

    Attributes:
        score: of the int8 model; None without labels.
        signal_to_noise: of its outputs against the float model's, in dB.
        layers: every input and layer that the float model has, too, in their order.
    """

    score: float | None
    signal_to_noise: float
    layers: "tuple[LayerNoise, ...]"


@dataclass(frozen=True)
class LayerNoise:
    """What quantization does to one layer's output, and the layer to the model's.

    Attributes:
        layer: its name; `input NAME` is an input of the model.
        op: its operator; empty for an input.
        signal_to_noise: of its values against the float model's, in dB; what came from layers before it counts.
        worst_channel: the channel along the last axis with the least of it; None of one channel.
        worst: the signal to noise of that channel, in dB.
        clipped: the share of the float model's values beyond the range of its integers.
        score_in_float: what the model would score if this layer alone stayed float; None without labels.
        output_in_float: the signal to noise of the model's outputs then, in dB.
        score_in_16: what the model would score if this layer alone answered int16; None without labels.
        output_in_16: the signal to noise of the model's outputs then, in dB.
    """

    layer: str
    op: str
    signal_to_noise: float
    worst_channel: int | None
    worst: float
    clipped: float
    score_in_float: float | None
    output_in_float: float
    score_in_16: float | None
    output_in_16: float


def layer_noise(
    float32: bytes,
    graph: Graph,
    inputs: Sequence[Array],
    labels: Labels | None,
    progress: Callable[[str, int, int], None],
) -> ModelNoise:
    """The noise of the int8 `graph`, and of each layer.

    Args:
        float32: the float model that `graph` was made of, with the ranges that were chosen.
        graph: as imported: passes have changed nothing yet.
        inputs: for each model input real values [samples, ...].
        labels: what the first output should be.
        progress: is told how far it is.
    """
    found = run_traced(graph, raw_inputs(inputs, [graph.tensors[name] for name in graph.inputs]))
    expected = named_values(float32, inputs)
    outputs = run_float(float32, inputs)
    layers = list(_layers(graph, expected))
    result = []
    for number, (layer, op, tensor) in enumerate(layers):
        progress("each layer in float, and in 16 bits", number, len(layers))
        alone = with_its_values(graph, tensor.name)
        answers = run_float(simulated(float32, graph, alone), inputs)
        in_16 = run_float(simulated(float32, _in_16(graph, alone), ()), inputs)
        wanted, real = expected[tensor.name], real_values(found[tensor.name], tensor)
        channel, worst = _worst_channel(wanted, real)
        result.append(
            LayerNoise(
                layer,
                op,
                decibels(noise([wanted], [real])),
                channel,
                worst,
                _clipped(wanted, tensor),
                None if labels is None else score(answers[0], labels),
                decibels(noise(outputs, answers)),
                None if labels is None else score(in_16[0], labels),
                decibels(noise(outputs, in_16)),
            )
        )
    quantized = [real_values(found[name], graph.tensors[name]) for name in graph.outputs]
    whole = None if labels is None else score(quantized[0], labels)
    return ModelNoise(whole, decibels(noise(outputs, quantized)), tuple(result))


def gains_in_float(
    float32: bytes, graph: Graph, inputs: Sequence[Array], progress: Callable[[str, int, int], None]
) -> dict[str, float]:
    """By layer, the signal to noise of the outputs, in dB, if it alone stays float: of `layer_noise` only that."""
    outputs, layers = run_float(float32, inputs), list(_layers(graph, named_values(float32, inputs)))
    found = {}
    for number, (layer, _, tensor) in enumerate(layers):
        progress("each layer in float", number, len(layers))
        answers = run_float(simulated(float32, graph, with_its_values(graph, tensor.name)), inputs)
        found[layer] = decibels(noise(outputs, answers))
    return found


def _layers(graph: Graph, expected: Mapping[str, Array]) -> Iterator[tuple[str, str, Tensor]]:
    """Name, operator and tensor of each input and layer that both models have."""
    inputs = [(f"input {name.removeprefix('serving_default_').partition(':')[0]}", "", name) for name in graph.inputs]
    for layer, op, name in [*inputs, *((node.name, node.op, node.outputs[0]) for node in graph.nodes)]:
        tensor = graph.tensors[name]
        if name in expected and tensor.quantization is not None and expected[name].shape[1:] == tensor.shape[1:]:
            yield layer, op, tensor


def with_its_values(graph: Graph, name: str) -> frozenset[str]:
    """Tensor `name`, and what is made of it at the same scale: only moved or compared, it must not be rounded again."""
    kept, waiting = {name}, [name]
    while waiting:
        read = waiting.pop()
        for node in graph.consumers(read):
            for output in node.outputs:
                same = graph.tensors[output].quantization == graph.tensors[read].quantization
                if same and output not in kept:
                    kept.add(output)
                    waiting.append(output)
    return frozenset(kept)


def _in_16(graph: Graph, names: Collection[str]) -> Graph:
    """`graph` with int16 in place of int8 for these tensors; weights stay as they are, as in the scheme int16x8."""
    wide = {
        name: replace(tensor, dtype="int16", quantization=wide_quantization(tensor.quantization))
        for name, tensor in graph.tensors.items()
        if name in names and tensor.dtype == "int8" and tensor.quantization is not None
    }
    return replace(graph, tensors={**graph.tensors, **wide})


def _worst_channel(wanted: Array, found: Array) -> tuple[int | None, float]:
    """The channel with the least signal to noise, and how much that is; channels that are always 0 have none."""
    channels = wanted.shape[-1]
    pairs = zip(wanted.reshape(-1, channels).T, found.reshape(-1, channels).T, strict=True)
    ratios = [decibels(noise([one], [other])) if one.any() else np.inf for one, other in pairs]
    worst = int(np.argmin(ratios))
    return (worst if channels > 1 else None), float(ratios[worst])


def _clipped(wanted: Array, tensor: Tensor) -> float:
    limits = np.iinfo(tensor.dtype)
    low, high = (
        (limit - tensor.zero_point + half) * tensor.scale for limit, half in ((limits.min, -0.5), (limits.max, 0.5))
    )
    return float(((wanted < low) | (wanted > high)).mean())
