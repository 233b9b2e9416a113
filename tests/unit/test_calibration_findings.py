"""The calibration report names the sample that widens a range, channels that are dead or narrow, missing classes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyq.calibration.findings import LayerFinding, amiss, class_counts, layer_findings, widest_sample
from tinyq.calibration.statistics import gathered
from tinyq.ir.graph import Graph, Node, Options, Quantization, Tensor

CHANCE = np.random.default_rng(0)


def found_in(values: NDArray[np.float64], scale: float = 1 / 64, op: str = "CONV_2D") -> LayerFinding:
    """What is found of a layer that answers `values` [samples, pixels, channels], in int8 of a `scale`."""
    tensors = [
        Tensor(name, (1, *values.shape[1:]), "int8", Quantization((scale,), (0,))) for name in ("given", "answered")
    ]
    node = Node("layer", op, ("given",), ("answered",), Options())
    graph = Graph("net", {tensor.name: tensor for tensor in tensors}, (node,), ("given",), ("answered",))
    (finding,) = layer_findings(graph, {"answered": gathered(list(values))})
    return finding


def usual(samples: int = 20) -> NDArray[np.float64]:
    return CHANCE.uniform(-1, 1, size=(samples, 30, 4))


def test_nothing_is_said_about_what_is_as_it_should_be() -> None:
    finding = found_in(usual())
    assert (finding.clipped, finding.dead, finding.narrow, finding.channels) == (0, 0, 0, 4)
    assert list(amiss([finding], (10, 10), clips=False)) == []


def test_the_sample_that_widens_a_range_is_named_with_the_factor() -> None:
    values = usual()
    values[3] *= 20
    finding = found_in(values)
    assert finding.widest_sample == 3
    assert 15 < finding.widened < 20
    (told,) = amiss([finding], (), clips=False)
    assert told == (
        f"sample 3 alone makes the range of layer layer {finding.widened:.1f} times as wide: leave it out if it is not "
        "real, or try --calibrate auto"
    )
    assert list(amiss([finding], (), clips=True)) == []


def test_two_samples_alike_widen_nothing_by_themselves() -> None:
    values = usual()
    values[3] *= 20
    values[4] = values[3]
    assert found_in(values).widened == 1


def test_of_a_handful_of_samples_none_is_an_outlier() -> None:
    values = usual(4)
    values[3] *= 20
    assert widest_sample(gathered(list(values))) == (0, 1.0)


def test_clipped_values_are_counted_and_those_that_round_to_the_end_are_not() -> None:
    steps = np.zeros((20, 10, 1))
    steps[:, 0], steps[:, 1] = 127.4, 128
    assert found_in(steps, scale=1.0).clipped == 0.1


def test_dead_channels_are_counted_and_told_of_where_they_are_many() -> None:
    values = usual()
    values[:, :, :3] = 0
    finding = found_in(values)
    assert (finding.dead, finding.narrow) == (3, 0)
    assert list(amiss([finding], (), clips=False)) == ["layer layer: 3 of 4 channels are 0 for every sample"]


def test_narrow_channels_are_counted_and_told_of_in_layers_with_weights() -> None:
    values = usual()
    values[:, :, 1:] /= 100
    finding = found_in(values)
    assert (finding.dead, finding.narrow) == (0, 3)
    (told,) = amiss([finding], (), clips=False)
    assert told == (
        "layer layer: 3 of 4 channels reach less than 1/64 of the layer's range, so that a few integers must do for "
        "them; try --calibrate auto"
    )
    assert list(amiss([found_in(values, op="RESHAPE")], (), clips=False)) == []


def test_classes_are_counted_and_a_rare_one_is_named() -> None:
    counts = class_counts(np.array([0] * 30 + [1] * 2 + [2] * 30))
    assert counts == (30, 2, 30)
    (told,) = amiss([], counts, clips=False)
    assert told == (
        "the samples are not balanced: 30 of class 0, 2 of class 1; ranges and measured accuracy follow the classes "
        "that are there"
    )


@pytest.mark.parametrize("labels", [None, np.array([0.5, 1.0]), np.eye(3, dtype=np.int64), np.array([-1, 2])])
def test_labels_that_are_no_class_numbers_have_no_balance(labels: NDArray[np.float64] | None) -> None:
    assert class_counts(labels) == ()
