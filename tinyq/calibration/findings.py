"""The calibration report: what the samples say about the ranges of layers, and what about it is amiss."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tinyq.calibration.chains import WEIGHTED
from tinyq.calibration.statistics import Statistics
from tinyq.ir.graph import Array, Graph, Node, Tensor

_WIDENED = 2.0
_NARROW = 1 / 64  # of a layer's range: a channel that uses less has 4 of the 256 integers
_MANY = 0.5  # of a layer's channels
_UNBALANCED = 10.0
_FEWEST = 5  # samples: of fewer, each is an outlier


@dataclass(frozen=True)
class LayerFinding:
    """What one layer answered on the samples.

    Attributes:
        layer: its name.
        op: its operator.
        low: the least real value that its integers reach.
        high: the greatest.
        clipped: the share of the float model's values outside of them.
        widest_sample: number of the sample without which the range of values would shrink most.
        widened: by that factor; 1 where no single sample matters.
        channels: along its last axis.
        dead: so many of them are 0 in every sample.
        narrow: so many others reach no 64th of the largest one.
    """

    layer: str
    op: str
    low: float
    high: float
    clipped: float
    widest_sample: int
    widened: float
    channels: int
    dead: int
    narrow: int


def layer_findings(graph: Graph, statistics: Mapping[str, Statistics]) -> tuple[LayerFinding, ...]:
    """A finding for each node of the quantized `graph` whose output is in `statistics` of the float model, by name."""
    nodes = ((node, graph.tensors[node.outputs[0]]) for node in graph.nodes)
    return tuple(
        _finding(node, tensor, statistics[tensor.name])
        for node, tensor in nodes
        if tensor.name in statistics and tensor.quantization is not None and tensor.view_of is None
    )


def _finding(node: Node, tensor: Tensor, statistics: Statistics) -> LayerFinding:
    limits = np.iinfo(tensor.dtype)
    low, high = ((int(limit) - tensor.zero_point) * tensor.scale for limit in (limits.min, limits.max))
    half = tensor.scale / 2  # what rounds to an end is not clipped
    reach = np.maximum(np.abs(statistics.channel_lows), np.abs(statistics.channel_highs))
    sample, widened = widest_sample(statistics)
    return LayerFinding(
        layer=node.name,
        op=node.op,
        low=low,
        high=high,
        clipped=statistics.outside(low - half, high + half),
        widest_sample=sample,
        widened=widened,
        channels=len(reach),
        dead=int((reach == 0).sum()),
        narrow=int(((reach > 0) & (reach < _NARROW * reach.max())).sum()),
    )


def widest_sample(statistics: Statistics) -> tuple[int, float]:
    """The sample without which the range, zero included, would shrink most; and by what factor."""
    lows, highs = np.minimum(statistics.lows, 0), np.maximum(statistics.highs, 0)
    if len(lows) < _FEWEST:
        return 0, 1.0
    whole = float(highs.max() - lows.min())
    without = {
        sample: float(np.delete(highs, sample).max() - np.delete(lows, sample).min())
        for sample in (int(lows.argmin()), int(highs.argmax()))
    }
    sample = min(without, key=lambda number: without[number])
    return sample, whole / without[sample] if without[sample] > 0 else 1.0


def class_counts(labels: Array | None) -> tuple[int, ...]:
    """How many samples each class has, from class 0 on; empty without `labels` that are class numbers, [samples]."""
    if labels is None or labels.dtype.kind not in "iu" or labels.size != len(labels) or labels.min() < 0:
        return ()
    return tuple(int(count) for count in np.bincount(labels.ravel().astype(np.int64)))


def amiss(layers: Sequence[LayerFinding], classes: Sequence[int], *, clips: bool) -> Iterator[str]:
    """What the user should know, one sentence each.

    Args:
        layers: what was found.
        classes: as `class_counts` gives them.
        clips: whether ranges were chosen that may clip outliers, so that these do no harm.
    """
    if not clips:
        yield from _outliers(layers)
    for each in layers:
        if each.op not in WEIGHTED or each.channels == 1:
            continue
        if each.dead > _MANY * each.channels:
            yield f"layer {each.layer}: {each.dead} of {each.channels} channels are 0 for every sample"
        if each.narrow > _MANY / 2 * each.channels:
            yield (
                f"layer {each.layer}: {each.narrow} of {each.channels} channels reach less than 1/{1 / _NARROW:g} of "
                "the layer's range, so that a few integers must do for them; try --calibrate auto"
            )
    counts: Array = np.asarray(classes)
    if len(counts) > 1 and counts.max() > _UNBALANCED * counts.min():
        yield (
            f"the samples are not balanced: {counts.max()} of class {counts.argmax()}, {counts.min()} of class "
            f"{counts.argmin()}; ranges and measured accuracy follow the classes that are there"
        )


def _outliers(layers: Sequence[LayerFinding]) -> Iterator[str]:
    found: dict[int, list[LayerFinding]] = {}
    for each in layers:
        if each.widened >= _WIDENED:
            found.setdefault(each.widest_sample, []).append(each)
    for sample, widened in found.items():
        worst = max(widened, key=lambda each: each.widened)
        others = f" and of {len(widened) - 1} more" if len(widened) > 1 else ""
        yield (
            f"sample {sample} alone makes the range of layer {worst.layer} {worst.widened:.1f} times as wide{others}: "
            "leave it out if it is not real, or try --calibrate auto"
        )
