"""Channels that no input can change leave nothing but biases behind."""

import numpy as np
from hypothesis import given
from support.exactness import exactly
from support.examples import examples
from support.networks import Network, networks

from tinyq.ir.graph import Array, Graph
from tinyq.ops.accumulate import AccumulateOptions
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.window import Window
from tinyq.passes.fold_constant_channels import fold_constant_channels
from tinyq.passes.fold_zero_point import fold_zero_point

POINTWISE, PADDED = Window((1, 1), (1, 1)), Window((3, 3), (1, 1), (1, 1), (1, 1), (1, 1))


def two_convolutions(bias: list[int], second: Window) -> Graph:
    """Three channels behind a RELU whose zero point is -128; `second` reads them with weights 1, 2, 3."""
    net = Network(np.random.default_rng(0))
    net.tensor("image", (1, 4, 4, 1), zero_point=-128)
    weights = net.constant(np.full((3, 1, 1, 1), 5, np.int8), (0.01,))
    relu = ConvOptions("RELU", window=POINTWISE)
    inputs = ["image", weights, net.constant(np.array(bias, np.int32))]
    hidden = net.node("CONV_2D", inputs, (1, 4, 4, 3), relu)
    net.tensor(hidden, (1, 4, 4, 3), 0.005, -128)
    reading = np.broadcast_to(np.array([1, 2, 3], np.int8), (2, *second.kernel, 3)).copy()
    output = net.node("CONV_2D", [hidden, net.constant(reading, (0.2,))], (1, 4, 4, 2), ConvOptions(window=second))
    net.tensor(output, (1, 4, 4, 2), 0.05, 3)
    return net.graph(["image"], [output])


def constants(graph: Graph, layer: int) -> tuple[Array, Array | None]:
    """Weights and bias of a layer."""
    _, weights, *bias = graph.nodes[layer].inputs
    data = graph.tensors[str(weights)].data
    assert data is not None
    return data, graph.tensors[str(bias[0])].data if bias else None


def test_a_channel_below_the_clamp_and_one_above_the_range_become_biases() -> None:
    # acc = 5 * (q + 128) + bias; the second never reaches 0, the third is always beyond 127
    after = exactly(fold_constant_channels, two_convolutions([0, -2000, 9000], POINTWISE))
    weights, bias = constants(after, 0)
    assert weights.ravel().tolist() == [5, 0, 0]
    assert bias is not None
    assert bias.tolist() == [0, -2000, 9000], "with the image at its zero point the sums are these already"
    weights, bias = constants(after, 1)
    assert weights.reshape(2, 3).tolist() == [[1, 0, 0]] * 2
    assert bias is not None
    assert bias.tolist() == [3 * 255] * 2, "the second channel is at the zero point, the third 255 above it"


def test_under_a_padded_convolution_only_a_channel_at_the_zero_point_is_taken_out() -> None:
    after = exactly(fold_constant_channels, two_convolutions([0, -2000, 9000], PADDED))
    weights, bias = constants(after, 1)
    assert (weights == np.array([1, 0, 3])).all()
    assert bias is not None
    assert bias.tolist() == [0, 0]


def test_it_is_as_exact_where_zero_points_are_in_the_biases_already() -> None:
    for window in (POINTWISE, PADDED):
        folded = fold_zero_point(two_convolutions([0, -2000, 9000], window))
        assert exactly(fold_constant_channels, folded) is not folded


def test_elements_of_a_flat_view_fold_one_by_one() -> None:
    net = Network(np.random.default_rng(0))
    net.tensor("image", (1, 2, 2, 1), zero_point=-128)
    inputs = ["image", net.constant(np.array([5, 0], np.int8).reshape(2, 1, 1, 1), (0.01,))]
    hidden = net.node("CONV_2D", inputs, (1, 2, 2, 2), ConvOptions("RELU", window=POINTWISE))
    net.tensor(hidden, (1, 2, 2, 2), 0.005, -100)
    dense = net.constant(np.arange(1, 9, dtype=np.int8).reshape(1, 8), (0.02,))
    output = net.node("FULLY_CONNECTED", [net.flat(hidden), dense], (1, 1), AccumulateOptions())
    net.tensor(output, (1, 1), 0.05, 3)
    after = exactly(fold_constant_channels, net.graph(["image"], [output]))
    assert constants(after, 1)[0].tolist() == [[1, 0, 3, 0, 5, 0, 7, 0]]


def test_weights_that_two_layers_share_stay_as_they_are_for_the_other() -> None:
    graph = two_convolutions([0, -2000, 9000], POINTWISE)
    net = Network(np.random.default_rng(0), dict(graph.tensors), list(graph.nodes))
    other = net.tensor("other", (1, 4, 4, 3), zero_point=-128)
    shared = graph.nodes[1].inputs[1]
    output = net.node("CONV_2D", [other, shared], (1, 4, 4, 2), ConvOptions(window=POINTWISE))
    both = net.graph(["image", "other"], [*graph.outputs, output])
    after = fold_constant_channels(both)
    assert constants(after, 1)[0].reshape(2, 3).tolist() == [[1, 0, 0]] * 2
    assert constants(after, 2)[0].reshape(2, 3).tolist() == [[1, 2, 3]] * 2


def test_a_graph_without_constant_channels_stays_the_same_object() -> None:
    graph = two_convolutions([0, -100, 100], POINTWISE)
    assert fold_constant_channels(graph) is graph


@examples(150)
@given(graph=networks())
def test_networks_answer_as_before(graph: Graph) -> None:
    exactly(fold_constant_channels, graph)
