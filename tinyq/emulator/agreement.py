"""Compares two engines, and names the first layer in which they part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tinyq.ir.graph import Array, Graph


@dataclass(frozen=True)
class Difference:
    """The first value in which two engines differ.

    Attributes:
        sample: number of the sample.
        layer: name of the layer.
        output: which of its outputs.
        index: of the value in that output.
        reference: what NumPy computes there.
        found: what the other engine computed.
    """

    sample: int
    layer: str
    output: int
    index: tuple[int, ...]
    reference: float
    found: float

    def __str__(self) -> str:
        place = ", ".join(map(str, self.index))
        return (
            f"sample {self.sample}, layer {self.layer}, output{f' {self.output}' if self.output else ''} [{place}]: "
            f"{self.found:g} where the NumPy reference has {self.reference:g}"
        )


def mismatches(reference: Sequence[Array], found: Sequence[Array]) -> int:
    """How many output values differ; float32 values are compared bit for bit."""
    return sum(int((_bits(expected) != _bits(other)).sum()) for expected, other in zip(reference, found, strict=True))


def first_differing_sample(reference: Sequence[Array], found: Sequence[Array]) -> int | None:
    """Number of the first sample with a differing output; None where there is none."""
    differing = np.zeros(len(reference[0]), bool)
    for expected, other in zip(reference, found, strict=True):
        differing |= (_bits(expected) != _bits(other)).reshape(len(expected), -1).any(axis=1)
    return int(differing.argmax()) if differing.any() else None


def first_difference(
    graph: Graph, sample: int, reference: Mapping[str, Array], found: Mapping[str, Array]
) -> Difference | None:
    """The first differing value in the order of the layers.

    Args:
        graph: the model that both engines ran.
        sample: number of the sample, for the report.
        reference: the traced tensors of NumPy, by tensor name, [1, *shape].
        found: the other engine's raw bytes of each layer's outputs, by tensor name.
    """
    written = ((node, output, name) for node in graph.nodes for output, name in enumerate(node.outputs))
    for node, output, name in written:
        tensor = graph.tensors[name]
        expected = reference[name].reshape(tensor.shape)
        other = np.frombuffer(found[name].tobytes(), tensor.dtype).reshape(tensor.shape)
        differing = np.argwhere(_bits(expected) != _bits(other))
        if len(differing):
            index = tuple(int(i) for i in differing[0])
            return Difference(sample, node.name, output, index, float(expected[index]), float(other[index]))
    return None


def _bits(values: Array) -> Array:
    """float32 as its bits, so that -0 is not 0; of what is not a number, processors choose the bits as they like."""
    if values.dtype != np.float32:
        return values
    bits: Array = np.where(np.isnan(values), np.float32(np.nan), values).view(np.uint32)
    return bits
